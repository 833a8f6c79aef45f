import type { Argument, Option } from "commander";
import type pg from "pg";
import type { ExitName } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";

/** One command of `integratedb`, as data: what its help says, and its work. */
export type AnyCommand = DatabaseCommand | RelayCommand | LocalCommand;

/** What every command says of itself. */
interface Described {
  /** One word, or two, as `dlq list`: the first is then that of a group. */
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What it does and what it changes. */
  readonly description: string;
  /** The shape of the document that `--json` prints. */
  readonly jsonShape: string;
  readonly arguments?: readonly Argument[];
  /** Options beside `--json`, which every command has, and `--url` of those that connect. */
  readonly options?: readonly Option[];
}

/** A command that works in a database. */
export interface DatabaseCommand extends Described {
  /**
   * What `work` runs in: a transaction in which the server refuses every write, a transaction that
   * is tried again on conflicts, or, where the engine's loader has its own, neither.
   */
  readonly runsIn: "readOnly" | "transaction" | "session";
  /** Throws what the user must be told. */
  work(client: pg.ClientBase, options: CommandOptions, terminal: Terminal): Promise<Outcome>;
}

/** A command that works with a relay, prints as it goes, and has nothing to say at its end. */
export interface RelayCommand extends Described {
  readonly runsIn: "relay";
  work(terminal: Terminal, options: CommandOptions): Promise<void>;
}

/** A command that connects to nothing. */
export interface LocalCommand extends Described {
  readonly runsIn: "process";
  work(terminal: Terminal, options: CommandOptions): Outcome;
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

/** The options and arguments of all commands; each command declares those that it takes. */
export interface CommandOptions {
  readonly url?: string;
  readonly json?: true;
  readonly enforce?: "validate" | "commit";
  readonly stakeholder?: string;
  readonly notification?: string;
  readonly channel?: string;
  readonly id?: readonly string[];
  readonly all?: true;
  readonly limit?: number;
  readonly yes?: true;
  readonly replace?: true;
  readonly slot?: string;
  readonly relay?: string;
  readonly after?: string;
  readonly count?: number;
  readonly letter?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly image?: string;
  readonly replicas?: number;
  readonly existingSecret?: string;
  readonly pullSecret?: string[];
  readonly serviceMonitor?: true;
}
