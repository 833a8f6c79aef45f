import type { Dispatcher, Pool } from "undici";
import { judge, type Verdict } from "./webhook-answer.ts";

/** Bytes of an answer's body that are read, so that its connection can be used again. */
const answerLimit = 4096;
/** Milliseconds that the rest of an answer may take once its status is there. */
const answerTime = 1000;

/**
 * Sends a request and says what its answer means. The status decides: a body without end costs no
 * more than its connection.
 *
 * @param timeout milliseconds until the status has to be there, connecting included
 * @param signal ends the request
 */
export function exchange(
  pool: Pool,
  request: Dispatcher.DispatchOptions,
  timeout: number,
  signal: AbortSignal,
): Promise<Verdict> {
  const { promise, resolve } = Promise.withResolvers<Verdict>();
  let controller: Dispatcher.DispatchController | undefined;
  let verdict: Verdict | undefined;
  let isOver = false;
  let bytes = 0;

  const end = (result: Verdict) => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
    resolve(result);
  };
  const stop = (reason: string) => {
    end(verdict ?? { kind: "later", reason });
    controller?.abort(new Error(reason));
  };
  const onAbort = () => stop("stopped");
  let timer = setTimeout(stop, timeout, `no answer within ${timeout / 1000} s`);
  signal.addEventListener("abort", onAbort);

  pool.dispatch(request, {
    onRequestStart(started) {
      controller = started;
      if (isOver) started.abort(new Error("stopped"));
    },
    onResponseStart(_, status, headers) {
      // 100 and the like come before the answer.
      if (status < 200) return;
      verdict = judge(status, headers);
      clearTimeout(timer);
      timer = setTimeout(stop, answerTime, "the rest of the answer took too long");
    },
    onResponseData(_, chunk) {
      bytes += chunk.length;
      if (bytes > answerLimit) stop("the answer is too long");
    },
    onResponseEnd() {
      end(verdict ?? { kind: "later", reason: "no answer" });
    },
    onResponseError(_, error) {
      end(verdict ?? { kind: "later", reason: reasonOf(error) });
    },
  });
  if (signal.aborted) onAbort();
  return promise;
}

/** For people; the messages of sockets name host and port at most. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "the request failed";
  const causes = error instanceof AggregateError ? error.errors : [error.cause ?? error];
  const texts = causes.map((cause) => (cause instanceof Error ? cause.message : String(cause)));
  return (texts.join("; ") || error.message || error.name).slice(0, 500);
}
