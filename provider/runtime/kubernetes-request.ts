import { request as requestInClear } from "node:http";
import { type RequestOptions, request } from "node:https";
import { text } from "node:stream/consumers";
import type { KubeConfig } from "@kubernetes/client-node";

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Milliseconds that an answer may take. */
const patience = 30_000;

/**
 * Asks an API server something for which its client has no call that gives all parameters.
 *
 * @param path with its query
 * @throws where nothing answers
 */
export async function askKubernetes(
  config: KubeConfig,
  method: string,
  path: string,
  body: object,
): Promise<Answer> {
  const type = method === "PATCH" ? "application/apply-patch+yaml" : "application/json";
  const options: RequestOptions = {
    method,
    headers: { "content-type": type, accept: "application/json" },
    signal: AbortSignal.timeout(patience),
  };
  await config.applyToHTTPSOptions(options);
  const url = new URL(`${config.getCurrentCluster()?.server.replace(/\/$/, "")}${path}`);
  const send = url.protocol === "http:" ? requestInClear : request;
  return new Promise((resolve, reject) => {
    const sent = send(url, options, (answer) => {
      text(answer).then((said) => resolve({ status: answer.statusCode ?? 0, body: said }), reject);
    });
    sent.on("error", reject);
    sent.end(JSON.stringify(body));
  });
}
