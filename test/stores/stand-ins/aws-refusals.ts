import { type Asked, type HttpServer, startHttpServer } from "./http-server.ts";

/**
 * What AWS answers to those whom it does not know (below `/unknown`) and those without rights (below
 * `/powerless`), by its documentation of common errors: moto lets everybody do everything.
 */
export function startAwsRefusals(): Promise<HttpServer> {
  return startHttpServer(({ path, headers }: Asked) => {
    const action = String(headers["x-amz-target"]).replace("AmazonSSM", "ssm").replace(".", ":");
    const [__type, message] = path.startsWith("/unknown")
      ? ["UnrecognizedClientException", "The security token included in the request is invalid."]
      : [
          "AccessDeniedException",
          `User: arn:aws:iam::123456789012:user/powerless is not authorized to perform: ${action}`,
        ];
    return {
      status: 400,
      headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-errortype": __type },
      body: { __type, message },
    };
  });
}
