import { type ErrorCode, IntegrateDbError } from "../../sql/errors.ts";
import { type StoreName, stores } from "../stores/index.ts";
import type { Content, Explanation, Trouble } from "../stores/secret-store.ts";
import { canonicalText } from "./content-digest.ts";

/** The entry with which something is wrong. */
export interface EntryPlace {
  readonly store: StoreName;
  readonly name: string;
}

/** What is wrong with an entry, as an error that names it and its store. */
export function entryError(
  code: ErrorCode,
  { store, name }: EntryPlace,
  problem: string,
  remedy?: string,
): IntegrateDbError {
  return new IntegrateDbError(code, `${stores[store].title}, entry ${name}: ${problem}`, {
    remedy,
  });
}

const codes: Record<Trouble, ErrorCode> = {
  credentials: "IDB1502",
  rights: "IDB1503",
  unreachable: "IDB1504",
  refused: "IDB1508",
};

/**
 * Turns what an SDK threw into an error of this project. Some stores repeat what they were sent: no
 * part of the content is left in it.
 */
export function storeError(
  place: EntryPlace,
  error: unknown,
  { trouble, says }: Explanation,
  content?: Content,
): IntegrateDbError {
  if (error instanceof IntegrateDbError) return error;
  const missing = missingPackage(error);
  if (missing !== undefined) return packageMissing(place, missing);
  const said = withoutContent(says ?? innermost(error).message, content);
  const problem = `${openings[trouble ?? troubleOf(error)]} ${sentence(said)}`;
  return entryError(codes[trouble ?? troubleOf(error)], place, problem);
}

const openings: Record<Trouble, string> = {
  credentials: "the store takes no such credentials.",
  rights: "the store refuses this to these credentials.",
  unreachable: "the store does not answer.",
  refused: "the store refuses this.",
};

export function packageMissing(place: EntryPlace, name: string): IntegrateDbError {
  const remedy = `Run: npm install ${name}`;
  return entryError("IDB1501", place, `the package ${name} is not installed.`, remedy);
}

function missingPackage(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  if (error.code !== "ERR_MODULE_NOT_FOUND" && error.code !== "MODULE_NOT_FOUND") return undefined;
  return /'((?:@[\w.-]+\/)?[\w.-]+)/.exec(error.message)?.[1];
}

const unreachable =
  /^(E(CONNREFUSED|CONNRESET|NOTFOUND|AI_AGAIN|TIMEDOUT|HOSTUNREACH|NETUNREACH|PIPE)|UND_ERR|CERT_|ERR_TLS|ERR_SSL|UNABLE_|SELF_SIGNED|DEPTH_ZERO|ETIMEOUT)/;

function troubleOf(error: unknown): Trouble {
  const status = statusOf(error);
  if (status === 401) return "credentials";
  if (status === 403) return "rights";
  if (status === 408 || status === 429 || (status !== undefined && status >= 500)) {
    return "unreachable";
  }
  const { name, code } = innermost(error);
  const timedOut = name === "TimeoutError" || name === "AbortError";
  return timedOut || unreachable.test(code) ? "unreachable" : "refused";
}

/** The status of HTTP, wherever the SDKs put it. */
function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const { $metadata, statusCode, status } = error as Record<string, unknown>;
  const ofAws = ($metadata as { httpStatusCode?: unknown } | undefined)?.httpStatusCode;
  return [ofAws, statusCode, status].find((each) => typeof each === "number");
}

/** What an error was made from says more than "fetch failed". */
function innermost(error: unknown, depth = 0): { name: string; code: string; message: string } {
  if (!(error instanceof Error)) return { name: "", code: "", message: String(error) };
  const [first] = error instanceof AggregateError ? error.errors : [];
  const inner = first ?? error.cause;
  if (inner instanceof Error && depth < 5) return innermost(inner, depth + 1);
  const code = "code" in error ? String(error.code) : "";
  return { name: error.name, code, message: error.message || code || error.name };
}

/** No stack trace, and no page of HTML that some proxy sent. */
const longest = 300;

function sentence(text: string): string {
  const [line = ""] = text.trim().split("\n");
  const short = line.length > longest ? `${line.slice(0, longest)}…` : line;
  return /[.!?…]$/.test(short) ? short : `${short}.`;
}

function withoutContent(text: string, content?: Content): string {
  if (content === undefined) return text;
  const whole = canonicalText(content);
  const parts = whole.split(/[^\w%~+-]+/).filter((part) => part.length >= 12);
  const forms = [whole, ...parts].flatMap((part) => [
    part,
    encodeURIComponent(part),
    Buffer.from(part).toString("base64"),
  ]);
  return forms.reduce((left, form) => left.replaceAll(form, "[secret]"), text);
}
