import * as pulumi from "@pulumi/pulumi";

/** Settings of a relay; docs/reference-relay.md has the defaults, and what each does. */
export interface RelaySettings {
  /**
   * Port of /healthz, /readyz, /metrics and of socket channels.
   * @default 8080
   */
  readonly port?: pulumi.Input<number>;
  /** `source` of every event. */
  readonly source?: pulumi.Input<string>;
  /** Megabytes of events that wait in memory. */
  readonly memoryMb?: pulumi.Input<number>;
  /** Megabytes that the spool may take in the database. */
  readonly spoolLimitMb?: pulumi.Input<number>;
  /** Whether the server sends large transactions before they commit. */
  readonly streaming?: pulumi.Input<"on" | "off">;
  /** Folder for transactions that have not committed yet. */
  readonly spillFolder?: pulumi.Input<string>;
  /**
   * Networks that channels may reach although they are loopback, link-local or the like.
   * @example ["10.0.0.0/8"]
   */
  readonly allowAddresses?: pulumi.Input<pulumi.Input<string>[]>;
  /** Seconds that a graceful stop waits for what is under way. */
  readonly drainSeconds?: pulumi.Input<number>;
  /** Seconds without progress after which /readyz is red. */
  readonly stallSeconds?: pulumi.Input<number>;
  /** Seconds of silence after which the database counts as lost. */
  readonly databaseTimeoutSeconds?: pulumi.Input<number>;
  readonly logLevel?: pulumi.Input<"fatal" | "error" | "warn" | "info" | "debug">;
}

/** @internal What each setting is called by the relay, behind `INTEGRATEDB_RELAY_`. */
export const settingNames: Readonly<Record<keyof RelaySettings, string>> = {
  port: "LISTEN",
  source: "SOURCE",
  memoryMb: "MEMORY_MB",
  spoolLimitMb: "SPOOL_LIMIT_MB",
  streaming: "STREAMING",
  spillFolder: "SPILL_FOLDER",
  allowAddresses: "ALLOW_ADDRESSES",
  drainSeconds: "DRAIN_SECONDS",
  stallSeconds: "STALL_SECONDS",
  databaseTimeoutSeconds: "DATABASE_TIMEOUT_SECONDS",
  logLevel: "LOG_LEVEL",
};

/** The port on which a relay with these settings listens. */
export function portOf(settings: RelaySettings): pulumi.Output<number> {
  return pulumi.output(settings.port ?? 8080);
}

/** The settings as variables of the relay's environment. */
export function variablesOf(settings: RelaySettings): pulumi.Output<Record<string, string>> {
  return pulumi.output({ ...settings }).apply((stated) => {
    const texts = Object.entries(settingNames).flatMap(([key, name]) => {
      const value = stated[key as keyof typeof stated];
      if (value === undefined) return [];
      const text = key === "port" ? `0.0.0.0:${value}` : String(value);
      return [[`INTEGRATEDB_RELAY_${name}`, text]];
    });
    return Object.fromEntries(texts) as Record<string, string>;
  });
}
