import { readFileSync } from "node:fs";
import type * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";

/** How to reach a database, part by part. */
export interface ConnectionArgs {
  /**
   * Name or address of the server, or the folder of its Unix socket.
   * @default "localhost"
   */
  readonly host?: pulumi.Input<string>;
  /** @default 5432 */
  readonly port?: pulumi.Input<number>;
  /** @default the variable PGUSER, else the user of the operating system */
  readonly user?: pulumi.Input<string>;
  readonly password?: pulumi.Input<string>;
  /** @default the variable PGDATABASE, else the name of the user */
  readonly database?: pulumi.Input<string>;
  /**
   * How TLS is used, as libpq does it.
   * @default "prefer", or "verify-full" if `ssl` is given
   */
  readonly sslmode?: pulumi.Input<
    "disable" | "allow" | "prefer" | "require" | "verify-ca" | "verify-full"
  >;
  /** Options of TLS, or whether it is used with none. */
  readonly ssl?: pulumi.Input<boolean | TlsArgs>;
}

/** Options of TLS. Certificates and keys are PEM text. */
export interface TlsArgs {
  /** Certificate authority to trust in place of the system's. */
  readonly ca?: pulumi.Input<string>;
  /** Certificate of the client. */
  readonly cert?: pulumi.Input<string>;
  /** Private key of the client's certificate. */
  readonly key?: pulumi.Input<string>;
  /** Name that the server's certificate must have, if it is not the host. */
  readonly servername?: pulumi.Input<string>;
  /**
   * Whether the certificate must be trusted.
   * @default true
   */
  readonly rejectUnauthorized?: pulumi.Input<boolean>;
}

/** Where a database is: a connection, or a provider of @pulumi/postgresql that has one. */
export interface ConnectedArgs {
  /**
   * URL or parts of a connection of the role that manages claims. It is kept as a secret.
   * @example "postgresql://admin:password@db.internal:5432/shop?sslmode=verify-full"
   */
  readonly connection?: pulumi.Input<string | ConnectionArgs>;
  /** A provider of @pulumi/postgresql, whose host, user, password and database are used. */
  readonly provider?: postgresql.Provider;
}

/**
 * The connection that the arguments of a component state, as a secret.
 *
 * @throws pulumi.ResourceError when they state none or two.
 */
export function connectionOf(
  args: ConnectedArgs,
  component: pulumi.Resource,
): pulumi.Output<unknown> {
  if ((args.connection === undefined) === (args.provider === undefined)) {
    const problem = "IDB1201 connection: give either `connection` or `provider`.";
    throw new pulumi.ResourceError(problem, component, true);
  }
  return pulumi.secret(
    args.provider === undefined ? args.connection : partsOf(args.provider, component),
  );
}

function partsOf(
  provider: postgresql.Provider,
  component: pulumi.Resource,
): pulumi.Output<unknown> {
  const { host, username, password, database, sslmode, sslrootcert, scheme } = provider;
  // The provider's class declares no numbers, but holds them as outputs of JSON text.
  const port = pulumi.output(Reflect.get(provider, "port") as pulumi.Output<string> | undefined);
  const stated = { host, port, user: username, password, database, sslmode, sslrootcert, scheme };
  return pulumi.output(stated).apply(({ sslrootcert: file, scheme: kind, ...parts }) => {
    if (kind !== undefined && kind !== "postgres" && kind !== "postgresql") {
      const problem = `IDB1201 provider: its scheme ${kind} cannot be used; give \`connection\`.`;
      throw new pulumi.ResourceError(problem, component, true);
    }
    const ssl = file === undefined ? undefined : { ca: readFileSync(file, "utf8") };
    return { ...parts, ssl };
  });
}
