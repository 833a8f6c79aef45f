import pg from "pg";
import { answer, refusal, statement } from "./printing.ts";

/** Somebody who talks to the database; what is said and answered is printed. */
export class Person {
  readonly #prompt: string;
  readonly #url: string;

  constructor(prompt: string, url: string) {
    this.#prompt = prompt;
    this.#url = url;
  }

  /** @throws when any of the statements fails. */
  async says(...statements: string[]): Promise<void> {
    for (const text of statements) statement(this.#prompt, text);
    answer(await query(this.#url, statements.join(";")));
  }

  /** @throws unless the server refuses the statements, with a message that holds the reason. */
  async isRefused(reason: string, ...statements: string[]): Promise<void> {
    for (const text of statements) statement(this.#prompt, text);
    const failure: unknown = await query(this.#url, statements.join(";")).then(
      () => new Error(`this was not refused: ${statements.at(-1)}`),
      (error: unknown) => error,
    );
    if (!(failure instanceof pg.DatabaseError)) throw failure;
    if (!failure.message.includes(reason)) throw new Error(`not the reason: ${failure.message}`);
    refusal(failure);
  }
}

/** Sends statements with somebody's credentials; returns the rows of all of them. */
export async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const results: pg.QueryResult | pg.QueryResult[] = await client.query(text);
    return [results].flat().flatMap(({ rows }) => rows);
  } finally {
    await client.end();
  }
}
