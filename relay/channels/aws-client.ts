import { type AllowList, assertLiteral, guardedLookup } from "./address-guard.ts";
import { brokerTimeout } from "./broker-channel.ts";
import { BrokerError, messageOf } from "./broker-error.ts";
import { hostAndPort } from "./broker-url.ts";

/** Requests to a service of AWS at once. */
export const requestsAtOnce = 8;

const hostsOfAws = /\.(amazonaws\.com|amazonaws\.com\.cn|amazonaws\.eu|api\.aws)$/;

export interface AwsLogin {
  readonly access_key_id?: string | undefined;
  readonly secret_access_key?: string | undefined;
}

/**
 * Settings of a client of AWS SDK v3. Without a key of the channel's own the relay's credentials are
 * taken, and then only to hosts of AWS: the address is data, and a session token travels with them.
 *
 * @throws AddressError, or BrokerError where no credentials may be used
 */
export function awsSettings(endpoint: string, region: string, login: AwsLogin, allow: AllowList) {
  const { host } = hostAndPort(endpoint, 443);
  assertLiteral(host, allow);
  const { access_key_id: accessKeyId, secret_access_key: secretAccessKey } = login;
  const own = accessKeyId !== undefined && secretAccessKey !== undefined;
  if (!own && !hostsOfAws.test(host)) {
    throw new BrokerError(
      "denied",
      `the relay's own credentials are for AWS, not for ${host}: set access_key_id and secret_access_key`,
    );
  }
  const agent = { keepAlive: true, maxSockets: requestsAtOnce, lookup: guardedLookup(allow) };
  return {
    endpoint,
    region,
    ...(own && { credentials: { accessKeyId, secretAccessKey } }),
    // The lane tries again, with its own delays.
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: brokerTimeout,
      requestTimeout: brokerTimeout,
      httpAgent: agent,
      httpsAgent: agent,
    },
  };
}

const denials =
  /AccessDenied|AuthorizationError|InvalidClientTokenId|InvalidAccessKeyId|SignatureDoesNotMatch|UnrecognizedClient|InvalidSecurity|ExpiredToken|AuthFailure|OptInRequired|CredentialsProviderError|KMS/;
const absences = /QueueDoesNotExist|NonExistentQueue|NotFound/;

/** @param what the queue or topic, for people */
export function awsProblem(error: unknown, what: string): unknown {
  if (!(error instanceof Error) || error instanceof BrokerError) return error;
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  // What stands between, such as a proxy, answers with pages that the client cannot read.
  const isReadable = !(error instanceof SyntaxError);
  const text = isReadable ? `${error.name} ${messageOf(error)}` : `answered ${status}`;
  if (status === 401 || status === 403 || denials.test(error.name)) {
    return new BrokerError("denied", `${what}: ${text}`);
  }
  if (absences.test(error.name)) return new BrokerError("missing", `${what}: ${text}`);
  return status === undefined ? error : new BrokerError("refused", `${what}: ${text}`);
}

/** The bytes that a destination takes; `usual` where the login may not ask for it. */
export async function limitOr(
  usual: number,
  ask: () => Promise<string | undefined>,
): Promise<number> {
  try {
    return Number((await ask()) ?? usual);
  } catch (error) {
    if (error instanceof Error && /AccessDenied|AuthorizationError/.test(error.name)) return usual;
    throw error;
  }
}
