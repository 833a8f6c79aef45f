import { AuthenticationError } from "@platformatic/kafka";
import { BrokerError, type BrokerProblem, messageOf } from "./broker-error.ts";

/** What the protocol's error codes say about a channel; others of them refuse the batch. */
const problems: Readonly<Record<string, BrokerProblem>> = {
  SASL_AUTHENTICATION_FAILED: "denied",
  UNSUPPORTED_SASL_MECHANISM: "denied",
  ILLEGAL_SASL_STATE: "denied",
  TOPIC_AUTHORIZATION_FAILED: "denied",
  CLUSTER_AUTHORIZATION_FAILED: "denied",
  UNKNOWN_TOPIC_OR_PARTITION: "missing",
  INVALID_TOPIC_EXCEPTION: "missing",
  MESSAGE_TOO_LARGE: "too-large",
  RECORD_LIST_TOO_LARGE: "too-large",
};

/** The client wraps the errors of each try in one error, and those of each broker in another. */
export function kafkaProblem(error: unknown, topic: string): unknown {
  const chain = errorsIn(error);
  const ground = chain.at(-1);
  const message = `Kafka, topic ${topic}: ${messageOf(ground)}`;
  if (chain.some((each) => each instanceof AuthenticationError)) {
    return new BrokerError("denied", message);
  }
  if (/^Unknown topic /.test(messageOf(ground))) return new BrokerError("missing", message);
  const codes = chain.flatMap((each) => ("apiId" in each ? [String(each.apiId)] : []));
  if (codes.length === 0) return ground ?? error;
  const problem = codes.map((code) => problems[code]).find((found) => found !== undefined);
  return new BrokerError(problem ?? "refused", message);
}

/** An error and all that are behind it; the innermost of the last try is at the end. */
function errorsIn(error: unknown): Error[] {
  if (!(error instanceof Error)) return [];
  const behind = error instanceof AggregateError ? error.errors : [];
  return [error, ...behind.flatMap(errorsIn), ...errorsIn(error.cause)];
}
