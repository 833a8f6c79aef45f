import * as z from "zod";

/** The URL of a server; logins have options of their own, which are sealed. */
export function brokerUrl(protocol: RegExp) {
  return z
    .url({ protocol, hostname: /./ })
    .refine((url) => !new URL(url).username && !new URL(url).password, {
      message: "must hold no user or password: use username and password",
    });
}

/** Host, without brackets, and port of a server. */
export function hostAndPort(url: string, defaultPort: number): { host: string; port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || defaultPort) };
}
