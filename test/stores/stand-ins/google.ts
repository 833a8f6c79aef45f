import { type Answered, type Asked, type HttpServer, startHttpServer } from "./http-server.ts";

/**
 * Stands in for Google Secret Manager, and for the metadata server of Compute Engine that gives out
 * identities, by their published APIs (secretmanager v1, REST). No emulator of either can be had.
 */
export interface GoogleStandIn extends HttpServer {
  readonly project: string;
  /** Environment in which Application Default Credentials are found here. */
  identity(who: "admin" | "powerless" | "unknown"): Record<string, string>;
  /** What somebody with the console does. */
  put(name: string, value: string): void;
  remove(name: string): void;
  value(name: string): string | undefined;
  labels(name: string): Readonly<Record<string, string>>;
  /** Refuses the next request to add a version. */
  failNextVersion(): void;
}

interface Secret {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  readonly replication: unknown;
  readonly versions: string[];
}

const project = "shop-test";

export async function startGoogleStandIn(): Promise<GoogleStandIn> {
  const secrets = new Map<string, Secret>();
  let failsNextVersion = false;
  const metadata = {
    admin: await startHttpServer(metadataOf("admin")),
    powerless: await startHttpServer(metadataOf("powerless")),
    unknown: await startHttpServer(metadataOf("unknown")),
  };
  const server = await startHttpServer((asked) => {
    const { authorization } = asked.headers;
    if (authorization !== "Bearer admin" && authorization !== "Bearer powerless") {
      return failed(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.");
    }
    if (authorization === "Bearer powerless") {
      return failed(
        403,
        "PERMISSION_DENIED",
        "Permission denied on resource (or it may not exist).",
      );
    }
    return secretAnswer(asked);
  });

  function secretAnswer({ method, path, query, body }: Asked): Answered {
    const parts = /^\/v1\/projects\/([\w-]+)\/secrets(?:\/([\w-]+))?(.*)$/.exec(path);
    const [, owner, name = query.get("secretId") ?? "", rest = ""] = parts ?? [];
    if (owner !== project) return failed(403, "PERMISSION_DENIED", `no project ${owner}`);
    const secret = secrets.get(name);
    if (method === "POST" && rest === "" && query.has("secretId"))
      return created(name, secret, body);
    if (secret === undefined) return failed(404, "NOT_FOUND", `Secret [${name}] not found.`);
    if (method === "POST" && rest === ":addVersion") return added(name, secret, body);
    if (rest === "/versions/latest:access") return accessed(name, secret);
    if (method === "DELETE") {
      secrets.delete(name);
      return { status: 200, body: {} };
    }
    if (method === "PATCH") Object.assign(secret, body);
    return { status: 200, body: resource(name, secret) };
  }

  function created(name: string, secret: Secret | undefined, body: Asked["body"]): Answered {
    if (secret) return failed(409, "ALREADY_EXISTS", `Secret [${name}] already exists.`);
    const { labels = {}, annotations = {}, replication } = body as unknown as Secret;
    if (!replication) return failed(400, "INVALID_ARGUMENT", "replication is required");
    const made = { labels, annotations, replication, versions: [] };
    secrets.set(name, made);
    return { status: 200, body: resource(name, made) };
  }

  function added(name: string, secret: Secret, body: Asked["body"]): Answered {
    if (failsNextVersion) {
      failsNextVersion = false;
      return failed(500, "INTERNAL", "Internal error encountered.");
    }
    const { data } = body["payload"] as { data: string };
    secret.versions.push(Buffer.from(data, "base64").toString());
    return { status: 200, body: { name: versionName(name, secret), state: "ENABLED" } };
  }

  function accessed(name: string, secret: Secret): Answered {
    const value = secret.versions.at(-1);
    if (value === undefined) return failed(404, "NOT_FOUND", `Secret Version [latest] not found.`);
    const payload = { data: Buffer.from(value).toString("base64") };
    return { status: 200, body: { name: versionName(name, secret), payload } };
  }

  return {
    ...server,
    project,
    stop: async () => {
      await Promise.all([server, ...Object.values(metadata)].map((each) => each.stop()));
    },
    identity: (who) => ({
      GCE_METADATA_HOST: metadata[who].url.replace("http://", ""),
      // A machine that is busy answers too late for the SDK to detect it.
      METADATA_SERVER_DETECTION: "assume-present",
      // Without it, the SDK first looks for a gcloud command.
      GOOGLE_CLOUD_PROJECT: project,
    }),
    put: (name, value) => {
      const made: Secret = { labels: {}, annotations: {}, replication: {}, versions: [] };
      const secret = secrets.get(name) ?? made;
      secret.versions.push(value);
      secrets.set(name, secret);
    },
    remove: (name) => {
      secrets.delete(name);
    },
    value: (name) => secrets.get(name)?.versions.at(-1),
    labels: (name) => secrets.get(name)?.labels ?? {},
    failNextVersion: () => {
      failsNextVersion = true;
    },
  };
}

function resource(name: string, { labels, annotations, replication }: Secret) {
  const full = `projects/12345/secrets/${name}`;
  return { name: full, createTime: "2026-01-01T00:00:00Z", labels, annotations, replication };
}

function versionName(name: string, { versions }: Secret): string {
  return `projects/12345/secrets/${name}/versions/${versions.length}`;
}

/** https://cloud.google.com/compute/docs/metadata/overview */
function metadataOf(who: string): (asked: Asked) => Answered {
  const headers = { "metadata-flavor": "Google" };
  const token = { access_token: who, expires_in: 3600, token_type: "Bearer" };
  return ({ path }) => {
    if (path.endsWith("/token")) return { status: 200, headers, body: token };
    if (path.endsWith("/project-id")) return { status: 200, headers, body: project };
    if (path.endsWith("/universe-domain")) return { status: 200, headers, body: "googleapis.com" };
    return { status: 200, headers, body: "{}" };
  };
}

function failed(code: number, status: string, message: string): Answered {
  return { status: code, body: { error: { code, status, message } } };
}
