import type { Failure } from "../delivery/channel.ts";
import { RelayError } from "../running/relay-error.ts";

/** What kept a batch from a broker; which of them it is decides what an operator looks at. */
const problems = {
  /** Nothing answers: refused, unknown host, no TLS, too slow. */
  unreachable: "IDB4120",
  /** The login or its rights. */
  denied: "IDB4121",
  /** The stream, queue, topic or exchange is not there. */
  missing: "IDB4122",
  /** The event is larger than what the broker takes. */
  "too-large": "IDB4123",
  /** The broker does not take the batch for another reason, such as a full disk. */
  refused: "IDB4124",
} as const;

export type BrokerProblem = keyof typeof problems;

/** Why a broker did not take events. The message is for people and holds neither secrets nor data. */
export class BrokerError extends RelayError {
  readonly problem: BrokerProblem;

  constructor(problem: BrokerProblem, message: string) {
    super(problems[problem], message.slice(0, 480));
    this.name = "BrokerError";
    this.problem = problem;
  }
}

/** The final failure of an event that the broker does not take for its size. */
export function tooLarge(index: number, bytes: number | undefined, limit?: number): Failure {
  const size = bytes === undefined ? "" : ` of ${bytes} bytes`;
  const bound = limit === undefined ? "" : `, which takes ${limit} bytes at most`;
  const { message } = new BrokerError(
    "too-large",
    `the event${size} is too large for the broker${bound}`,
  );
  return { index, final: true, reason: message };
}

/** What an error says; of several at once, and of one that only wraps another, the ones behind. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const behind = error instanceof AggregateError ? error.errors.map(messageOf) : [];
  const own = error.message || ("code" in error ? String(error.code) : error.name);
  return [own, ...new Set(behind)].filter(Boolean).join(": ");
}

/** The text without any of the secrets. */
export function redacted(text: string, secrets: readonly (string | undefined)[]): string {
  return secrets.reduce<string>(
    (clean, secret) => (secret ? clean.replaceAll(secret, "***") : clean),
    text,
  );
}
