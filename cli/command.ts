import type { Option } from "commander";
import type pg from "pg";
import type { ExitName } from "./exit-codes.ts";

/** One command of `integratedb`, as data: what its help says, and its work. */
export interface DatabaseCommand {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What it does and what it changes. */
  readonly description: string;
  /** The shape of the document that `--json` prints. */
  readonly jsonShape: string;
  /** Options beside `--url` and `--json`, which every command has. */
  readonly options?: readonly Option[];
  /**
   * What `work` runs in: a transaction in which the server refuses every write, a transaction that
   * is tried again on conflicts, or, where the engine's loader has its own, neither.
   */
  readonly runsIn: "readOnly" | "transaction" | "session";
  /** Throws what the user must be told. */
  work(client: pg.ClientBase, options: CommandOptions): Promise<Outcome>;
}

/** What a command has to say, in both of its forms. */
export interface Outcome {
  /** Printed as one JSON document under `--json`. Its keys are part of the command's contract. */
  readonly json: object;
  /** Printed otherwise, for people. */
  readonly text: string;
  /** `found` where there is something to work on. */
  readonly exit: Extract<ExitName, "ok" | "found">;
}

/** The options of all commands; each command declares those that it takes. */
export interface CommandOptions {
  readonly url?: string;
  readonly json?: true;
  readonly enforce?: "validate" | "commit";
  readonly stakeholder?: string;
  readonly yes?: true;
}
