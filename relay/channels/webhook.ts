import { buildConnector, Pool } from "undici";
import type { Channel, Failure } from "../delivery/channel.ts";
import type { ChangeEvent } from "../encoding/change-event.ts";
import { type AllowList, assertLiteral, guardedLookup } from "./address-guard.ts";
import { signatureHeaders, signingKey } from "./standard-webhooks-signature.ts";
import type { Verdict } from "./webhook-answer.ts";
import { exchange } from "./webhook-exchange.ts";
import type { WebhookOptions } from "./webhook-options.ts";
import { webhookMessage } from "./webhook-request.ts";

/** The trace of one request. */
export interface RequestSpan {
  /** Value of the W3C header. */
  readonly traceparent: string;
  end(problem?: string): void;
}

export interface WebhookSurroundings {
  /** Addresses beyond the default that may be reached. */
  readonly allow: AllowList;
  /** Begins the trace of a request with that many events. */
  readonly trace?: ((events: number) => RequestSpan | undefined) | undefined;
}

/**
 * POSTs CloudEvents 1.0, signed after Standard Webhooks. In mode batch a refused request is sent
 * again in halves, until the events that were meant are alone.
 */
export function createWebhook(options: WebhookOptions, surroundings: WebhookSurroundings): Channel {
  const url = new URL(options.url);
  const timeout = options.timeout_seconds * 1000;
  const keys = options.signing_secret.flatMap((secret) => signingKey(secret) ?? []);
  const pool = new Pool(url.origin, {
    // One more for what a lane tries apart from the rest.
    connections: options.concurrency + 1,
    connect: guardedConnect(surroundings.allow, timeout),
    // One timer for the whole request instead.
    headersTimeout: 0,
    bodyTimeout: 0,
    allowH2: false,
  });

  /** @param signal ends the request */
  async function post(batch: readonly ChangeEvent[], signal: AbortSignal): Promise<Verdict> {
    const { id, headers, body } = webhookMessage(options.mode, batch);
    const span = surroundings.trace?.(batch.length);
    const request = {
      path: url.pathname + url.search,
      method: "POST" as const,
      headers: {
        ...headers,
        ...signatureHeaders(keys, id, Math.floor(Date.now() / 1000), body),
        ...(options.authorization !== undefined && { authorization: options.authorization }),
        ...(span && { traceparent: span.traceparent }),
        "user-agent": "integratedb-relay",
      },
      body,
    };
    const verdict = await exchange(pool, request, timeout, signal);
    span?.end(verdict.kind === "arrived" ? undefined : verdict.reason);
    return verdict;
  }

  /** Sends the events from `start`, in order, and stops at the first that has to be tried later. */
  async function deliver(
    batch: readonly ChangeEvent[],
    signal: AbortSignal,
    start = 0,
  ): Promise<Failure[]> {
    const verdict = await post(batch, signal);
    if (verdict.kind === "arrived") return [];
    if (verdict.kind === "later") return failures(batch, start, verdict);
    if (batch.length === 1) return [{ index: start, final: true, reason: verdict.reason }];
    const middle = batch.length >> 1;
    const first = await deliver(batch.slice(0, middle), signal, start);
    const halted = first.findLast(({ final }) => !final);
    const rest = batch.slice(middle);
    if (halted) return [...first, ...failures(rest, start + middle, halted)];
    return [...first, ...(await deliver(rest, signal, start + middle))];
  }

  return {
    partitions: options.concurrency,
    batchSize: options.mode === "batch" ? options.batch_size : 1,
    deliver: (batch, signal) => deliver(batch, signal),
    close: async () => {
      if (!pool.destroyed) await pool.destroy();
    },
  };
}

function guardedConnect(allow: AllowList, timeout: number): buildConnector.connector {
  const connect = buildConnector({ timeout, allowH2: false, lookup: guardedLookup(allow) });
  return (target, callback) => {
    try {
      assertLiteral(target.hostname, allow);
    } catch (error) {
      return callback(error as Error, null);
    }
    connect(target, callback);
  };
}

function failures(
  batch: readonly ChangeEvent[],
  start: number,
  { reason, retryAfter }: { readonly reason: string; readonly retryAfter?: number },
): Failure[] {
  return batch.map((_, at) => ({
    index: start + at,
    final: false,
    reason,
    ...(retryAfter !== undefined && { retryAfter }),
  }));
}
