import { createHmac, randomBytes } from "node:crypto";
import { Client, DatabaseError } from "pg";

/**
 * What Postgres says to a user and a password; "unasked": it lets the user in without a password, so
 * that this proves nothing; "later": it could not be asked now.
 */
export type LoginVerdict = "right" | "wrong" | "unasked" | "later" | "too many";

/** Milliseconds that a verdict is remembered. */
const rightFor = 30_000;
const wrongFor = 5_000;
/** Checks at once, and those that may wait for their turn. */
const checksAtOnce = 4;
const checksWaiting = 32;
/** Wrong passwords within a minute, from one address: for one user, and in all. */
const wrongPerUser = 10;
const wrongPerAddress = 100;
const minute = 60_000;
const remembered = 10_000;

/**
 * Checks users and passwords by logging in to the database with them, which then applies its own
 * rules. Verdicts are remembered for seconds, and whoever tries many passwords has to wait.
 */
export class SocketLogins {
  readonly #url: string;
  readonly #secret = randomBytes(32);
  readonly #known = new Map<string, { readonly verdict: LoginVerdict; readonly until: number }>();
  readonly #underWay = new Map<string, Promise<LoginVerdict>>();
  readonly #wrong = new Map<string, { count: number; readonly until: number }>();
  readonly #turns: (() => void)[] = [];
  #running = 0;

  /** @param url of the database; user and password in it are replaced */
  constructor(url: string) {
    this.#url = url;
  }

  /** @param address from which the receiver comes */
  async check(user: string, password: string, address: string): Promise<LoginVerdict> {
    const parts = [`${address} ${user}`, address] as const;
    if (this.#wrongOf(parts[0]) >= wrongPerUser || this.#wrongOf(parts[1]) >= wrongPerAddress) {
      return "too many";
    }
    const verdict = await this.#verdict(user, password);
    if (verdict === "wrong") for (const part of parts) this.#countWrong(part);
    return verdict;
  }

  #verdict(user: string, password: string): Promise<LoginVerdict> {
    const pair = JSON.stringify([user, password]);
    const digest = createHmac("sha256", this.#secret).update(pair).digest("base64");
    const known = this.#known.get(digest);
    if (known !== undefined && known.until > performance.now()) {
      return Promise.resolve(known.verdict);
    }
    const other = this.#underWay.get(digest);
    if (other !== undefined) return other;
    if (this.#turns.length >= checksWaiting) return Promise.resolve("later");
    const asked = this.#inTurn(() => this.#ask(user, password)).then((verdict) => {
      this.#underWay.delete(digest);
      if (verdict !== "later") {
        const until = performance.now() + (verdict === "right" ? rightFor : wrongFor);
        bounded(this.#known).set(digest, { verdict, until });
      }
      return verdict;
    });
    this.#underWay.set(digest, asked);
    return asked;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= checksAtOnce) {
      await new Promise<void>((resolve) => this.#turns.push(resolve));
    }
    this.#running++;
    try {
      return await work();
    } finally {
      this.#running--;
      this.#turns.shift()?.();
    }
  }

  async #ask(user: string, password: string): Promise<LoginVerdict> {
    // A NUL would end the name in the protocol, and what follows would be another option.
    const isPossible = /^[^\0]{1,256}$/.test(user) && /^[^\0]{1,1024}$/.test(password);
    if (!isPossible) return "wrong";
    const url = new URL(this.#url);
    url.username = encodeURIComponent(user);
    url.password = encodeURIComponent(password);
    // In the query they would win over those before the host.
    for (const name of ["user", "password"]) url.searchParams.delete(name);
    const client = new Client({
      connectionString: url.href,
      connectionTimeoutMillis: 5_000,
      application_name: "integratedb-relay socket login",
    });
    client.on("error", () => undefined);
    let wasAsked = false;
    for (const request of passwordRequests) {
      client.connection.on(request, () => {
        wasAsked = true;
      });
    }
    try {
      await client.connect();
      if (!wasAsked) return "unasked";
      const { rows } = await client.query<{ user: string }>("select session_user::text as user");
      return rows[0]?.user === user ? "right" : "wrong";
    } catch (error) {
      return error instanceof DatabaseError && isRefusal(error.code) ? "wrong" : "later";
    } finally {
      client.end().catch(() => undefined);
    }
  }

  #wrongOf(part: string): number {
    const wrong = this.#wrong.get(part);
    return wrong === undefined || wrong.until < performance.now() ? 0 : wrong.count;
  }

  #countWrong(part: string): void {
    const count = this.#wrongOf(part);
    const until = this.#wrong.get(part)?.until ?? 0;
    const next = count === 0 ? performance.now() + minute : until;
    bounded(this.#wrong).set(part, { count: count + 1, until: next });
  }
}

/** How a server asks for a password; as `pg` names it. */
const passwordRequests = [
  "authenticationCleartextPassword",
  "authenticationMD5Password",
  "authenticationSASL",
];

/** Wrong password, no such user or not from here, or no right to connect to this database. */
function isRefusal(code: string | undefined): boolean {
  return code === "28P01" || code === "28000" || code === "42501";
}

/** Forgets the entry that is there for longest, when there are very many. */
function bounded<V>(map: Map<string, V>): Map<string, V> {
  if (map.size >= remembered) {
    const [oldest] = map.keys();
    if (oldest !== undefined) map.delete(oldest);
  }
  return map;
}
