import { channelErrors } from "./errors/channels.ts";
import { claimErrors } from "./errors/claims.ts";
import { commandErrors } from "./errors/command.ts";
import { connectionErrors } from "./errors/connection.ts";
import { inputErrors } from "./errors/inputs.ts";
import { notificationErrors } from "./errors/notifications.ts";
import { platformErrors } from "./errors/platforms.ts";
import { receiverErrors } from "./errors/receivers.ts";
import { relayErrors } from "./errors/relay.ts";
import { serverErrors } from "./errors/server.ts";
import { stakeholderErrors } from "./errors/stakeholders.ts";
import { storeErrors } from "./errors/stores.ts";

/**
 * Every error that a user can cause, by its stable code. docs/reference-errors.md is generated from
 * here.
 */
export const errors = {
  ...serverErrors,
  ...connectionErrors,
  ...inputErrors,
  ...commandErrors,
  ...platformErrors,
  ...storeErrors,
  ...claimErrors,
  ...notificationErrors,
  ...stakeholderErrors,
  ...relayErrors,
  ...channelErrors,
  ...receiverErrors,
};

/** A stable code of the registry, such as `IDB1102`. */
export type ErrorCode = keyof typeof errors;

/** What an error can say beside its sentence; `remedy` defaults to the one of the registry. */
export interface ErrorDetails {
  readonly expected?: string | undefined;
  readonly found?: string | undefined;
  readonly remedy?: string | undefined;
  readonly cause?: unknown;
}

/**
 * An error that a user can cause and resolve. The message alone holds everything (code, what is
 * wrong, expected, found, what to do next), since Pulumi shows nothing else of an error.
 */
export class IntegrateDbError extends Error {
  readonly code: ErrorCode;
  /** The sentence that says what is wrong, without the rest of the message. */
  readonly problem: string;
  readonly expected?: string;
  readonly found?: string;
  readonly remedy: string;

  constructor(code: ErrorCode, problem: string, details: ErrorDetails = {}) {
    const remedy = details.remedy ?? errors[code].remedy;
    const clauses = [
      details.expected === undefined ? undefined : `Expected: ${details.expected}.`,
      details.found === undefined ? undefined : `Found: ${details.found}.`,
      remedy,
    ];
    const sentences = [problem, ...clauses.filter((clause) => clause !== undefined)];
    super(`${code} ${sentences.join(" ")}`, { cause: details.cause });
    this.name = "IntegrateDbError";
    this.code = code;
    this.problem = problem;
    if (details.expected !== undefined) this.expected = details.expected;
    if (details.found !== undefined) this.found = details.found;
    this.remedy = remedy;
  }
}

/** Whether a text, for instance from the DETAIL of a Postgres error, is a code of the registry. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errors, text);
}
