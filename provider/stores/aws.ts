import { z } from "zod";
import type { Explanation } from "./secret-store.ts";
import type { Tags } from "./tags.ts";

/** Where AWS is used; as whom, its SDK finds. */
export const awsSettings = {
  region: z.string().min(1).optional(),
  endpoint: z.url().optional(),
  description: z.string().max(1024).optional(),
  tags: z.record(z.string().min(1).max(128), z.string().max(256)).optional(),
};

export interface AwsPlace {
  readonly region?: string | undefined;
  readonly endpoint?: string | undefined;
}

/** Settings of a client of AWS. Without a region, the SDK takes that of the environment. */
export function awsClientConfig({ region, endpoint }: AwsPlace) {
  return {
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
}

const credentials = new Set([
  "CredentialsProviderError",
  "ExpiredToken",
  "ExpiredTokenException",
  "IncompleteSignature",
  "IncompleteSignatureException",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "MissingAuthenticationTokenException",
  "SignatureDoesNotMatch",
  "TokenProviderError",
  "UnrecognizedClientException",
]);
const busy = new Set(["ThrottlingException", "TooManyUpdates", "InternalServiceError"]);

/** AWS answers most errors with status 400, and tells them apart by name. */
export function explainAws(error: unknown): Explanation {
  if (!(error instanceof Error)) return {};
  if (credentials.has(error.name)) return { trouble: "credentials" };
  if (error.name.startsWith("AccessDenied")) return { trouble: "rights" };
  if (busy.has(error.name)) return { trouble: "unreachable" };
  return {};
}

/** What an error of AWS is called, such as `ResourceNotFoundException`. */
export function isAwsError(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

/**
 * The difference in an encryption key. AWS answers an ARN for an id or alias, and may answer the key
 * for its alias, which cannot be compared.
 */
export function keyDifference(found?: string, stated?: string): string[] {
  if (stated === undefined || found === stated || found?.endsWith(`/${stated}`)) return [];
  if (found?.endsWith(`:${stated}`) || isAlias(found ?? "") !== isAlias(stated)) return [];
  return ["the KMS key was changed"];
}

function isAlias(key: string): boolean {
  return /(^|:)alias\//.test(key);
}

interface AwsTag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** Tags in the form of AWS. */
export function tagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

export function tagsOfList(list: readonly AwsTag[] = []): Tags {
  return Object.fromEntries(list.map(({ Key = "", Value = "" }) => [Key, Value]));
}
