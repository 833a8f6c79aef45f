/** What an HTTP answer means for the events of its request. */
export type Verdict =
  | { readonly kind: "arrived" }
  /** Not now: the sink, or its configuration, is what has to change. */
  | { readonly kind: "later"; readonly reason: string; readonly retryAfter?: number }
  /** This very message will never be taken. */
  | { readonly kind: "refused"; readonly reason: string };

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Statuses that speak of the message itself; other 4xx speak of the address or its configuration. */
const refusals: Readonly<Record<number, string>> = {
  400: "Bad Request",
  409: "Conflict",
  413: "Content Too Large",
  414: "URI Too Long",
  422: "Unprocessable Content",
  431: "Request Header Fields Too Large",
};

/**
 * - 2xx: arrived.
 * - 400, 409, 413, 414, 422, 431: refused; the event goes to the dead letters at once (of a batch,
 *   the one event that it was).
 * - everything else (408, 425, 429, 5xx, but also 401, 403, 404, 410 and redirects, which a
 *   deployment or a change of the options mends): tried again until the channel gives up.
 */
export function judge(status: number, headers: Headers): Verdict {
  if (status >= 200 && status < 300) return { kind: "arrived" };
  const refusal = refusals[status];
  if (refusal !== undefined) return { kind: "refused", reason: `answered ${status} ${refusal}` };
  const reason =
    status >= 300 && status < 400
      ? `answered ${status}, a redirect, which is not followed; set the url of the channel to where it leads`
      : `answered ${status}`;
  const retryAfter = retryAfterOf(headers);
  return { kind: "later", reason, ...(retryAfter !== undefined && { retryAfter }) };
}

/**
 * Milliseconds of a Retry-After header. A date counts from the answer's own Date, since the clocks
 * of the two ends may differ.
 */
function retryAfterOf(headers: Headers): number | undefined {
  const text = single(headers["retry-after"])?.trim();
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const until = Date.parse(text);
  const from = Date.parse(single(headers["date"]) ?? "");
  const wait = until - (Number.isNaN(from) ? Date.now() : from);
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
