import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";

/** What an application finds in its store. */
export interface StoredLogin {
  readonly username: string;
  readonly password: string;
}

/** What an application needs. */
export interface ApplicationOptions {
  /** Reads the store; while that fails, the application keeps to what it has. */
  readonly read: () => Promise<StoredLogin>;
  /** The database, for these credentials. */
  readonly url: (login: StoredLogin) => string;
  readonly query: string;
}

/** An application that reads its store, connects with what it finds, and does so again and again. */
export class ReadingApplication {
  /** How often it has connected, by login. */
  readonly logins = new Map<string, number>();
  /** What it was told when it was refused. */
  readonly refusals: string[] = [];
  /** Whether a refusal counts only if its store has nothing else by then: it reads again. */
  readsAgain = false;
  readonly #options: ApplicationOptions;
  readonly #running: Promise<void>;
  #content: StoredLogin | undefined;
  #ends = false;

  constructor(options: ApplicationOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#ends = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#ends) {
      await this.#read();
      await this.#connect();
      await wait(20);
    }
  }

  async #read(): Promise<void> {
    this.#content = await this.#options.read().catch(() => this.#content);
  }

  async #connect(): Promise<void> {
    const login = this.#content ?? { username: "", password: "" };
    const client = new pg.Client(this.#options.url(login));
    // A server that ends the connection says so by an event as well.
    client.on("error", () => undefined);
    try {
      await client.connect();
      await client.query(this.#options.query);
      this.logins.set(login.username, (this.logins.get(login.username) ?? 0) + 1);
    } catch (error) {
      if (this.readsAgain) await this.#read();
      if (this.#content?.password === login.password || !this.readsAgain) {
        this.refusals.push(String(error));
      }
    } finally {
      await client.end();
    }
  }
}
