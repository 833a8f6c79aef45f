import { randomBytes } from "node:crypto";
import { selfSignedCertificate } from "../../certificate.ts";
import { type Answered, type Asked, type HttpServer, startHttpServer } from "./http-server.ts";

/**
 * Stands in for Azure Key Vault, and for the endpoint of App Service that gives out identities, by
 * their published APIs (Key Vault secrets REST, managed identities 2019-08-01). No emulator of either
 * can be had.
 */
export interface AzureStandIn extends HttpServer {
  /** Of the vault, as PEM. */
  readonly certificate: string;
  /** Environment in which DefaultAzureCredential finds an identity here. */
  readonly identity: Record<string, string>;
  /** Where everybody is somebody without rights: the SDK keeps identities for the whole process. */
  readonly powerlessUrl: string;
  /** What somebody with the portal does. */
  put(name: string, value: string): void;
  remove(name: string): void;
  value(name: string): string | undefined;
  tags(name: string): Readonly<Record<string, string>>;
}

interface Version {
  readonly version: string;
  readonly value: string;
  tags: Record<string, string>;
  contentType?: string;
}

interface Secret {
  versions: Version[];
  isDeleted: boolean;
}

export async function startAzureStandIn(): Promise<AzureStandIn> {
  const secrets = new Map<string, Secret>();
  const identities = await startHttpServer(identityAnswer);
  const tls = selfSignedCertificate();
  const server = await startHttpServer(vaultAnswer, tls);

  function vaultAnswer(asked: Asked): Answered {
    const { authorization } = asked.headers;
    if (authorization === undefined) {
      const challenge =
        'Bearer authorization="https://login.microsoftonline.com/tenant", resource="https://vault.azure.net"';
      return { status: 401, headers: { "www-authenticate": challenge } };
    }
    if (asked.path.startsWith("/powerless")) {
      return failed(403, "Forbidden", "Caller is not authorized to perform action on resource.");
    }
    if (!asked.query.has("api-version")) return failed(400, "BadParameter", "api-version");
    const [, kind, name = "", last] = asked.path.split("/");
    const secret = secrets.get(name);
    if (kind === "deletedsecrets") return deletedAnswer(asked.method, name, secret, last);
    if (asked.method === "PUT") return putAnswer(asked.body, name, secret);
    const version = secret?.isDeleted
      ? undefined
      : last
        ? secret?.versions.find((each) => each.version === last)
        : secret?.versions.at(-1);
    if (secret === undefined || version === undefined) {
      return failed(404, "SecretNotFound", `A secret with (name/id) ${name} was not found.`);
    }
    if (asked.method === "DELETE") {
      secret.isDeleted = true;
      return { status: 200, body: deletedBundle(name, version) };
    }
    if (asked.method === "PATCH") Object.assign(version, asked.body);
    return { status: 200, body: bundle(name, version) };
  }

  function putAnswer(body: Asked["body"], name: string, secret: Secret | undefined): Answered {
    if (secret?.isDeleted) {
      return failed(
        409,
        "Conflict",
        `Secret ${name} is currently in a deleted but recoverable state.`,
      );
    }
    const { value, tags = {}, contentType } = body as unknown as Version;
    const version = {
      version: randomBytes(16).toString("hex"),
      value,
      tags,
      ...(contentType ? { contentType } : {}),
    };
    secrets.set(name, { versions: [...(secret?.versions ?? []), version], isDeleted: false });
    return { status: 200, body: bundle(name, version) };
  }

  function deletedAnswer(method: string, name: string, secret?: Secret, last?: string): Answered {
    const version = secret?.versions.at(-1);
    if (!secret?.isDeleted || version === undefined) {
      return failed(404, "SecretNotFound", `Deleted Secret not found: ${name}`);
    }
    if (method === "DELETE") {
      secrets.delete(name);
      return { status: 204 };
    }
    if (method === "POST" && last === "recover") {
      secret.isDeleted = false;
      return { status: 200, body: bundle(name, version) };
    }
    return { status: 200, body: deletedBundle(name, version) };
  }

  function bundle(name: string, { version, value, tags, contentType }: Version) {
    const attributes = { enabled: true, created: 1_767_225_600, updated: 1_767_225_600 };
    const id = `${server.url}/secrets/${name}/${version}`;
    return { value, id, attributes, tags, ...(contentType ? { contentType } : {}) };
  }

  function deletedBundle(name: string, version: Version) {
    const { value: _, ...rest } = bundle(name, version);
    const recoveryId = `${server.url}/deletedsecrets/${name}`;
    return { ...rest, recoveryId, deletedDate: 1_767_225_600, scheduledPurgeDate: 1_775_001_600 };
  }

  return {
    ...server,
    certificate: tls.certificate,
    stop: async () => {
      await Promise.all([server.stop(), identities.stop()]);
    },
    identity: { IDENTITY_ENDPOINT: `${identities.url}/msi/token`, IDENTITY_HEADER: "header" },
    powerlessUrl: `${server.url}/powerless`,
    put: (name, value) => {
      const versions = secrets.get(name)?.versions ?? [];
      const version = { version: randomBytes(16).toString("hex"), value, tags: {} };
      secrets.set(name, { versions: [...versions, version], isDeleted: false });
    },
    remove: (name) => {
      const secret = secrets.get(name);
      if (secret) secret.isDeleted = true;
    },
    value: (name) => {
      const secret = secrets.get(name);
      return secret?.isDeleted ? undefined : secret?.versions.at(-1)?.value;
    },
    tags: (name) => secrets.get(name)?.versions.at(-1)?.tags ?? {},
  };
}

function identityAnswer({ query }: Asked): Answered {
  const expires_on = String(Math.floor(Date.now() / 1000) + 3600);
  const resource = query.get("resource");
  return {
    status: 200,
    body: { access_token: "admin", expires_on, resource, token_type: "Bearer" },
  };
}

function failed(status: number, code: string, message: string): Answered {
  return { status, body: { error: { code, message } } };
}
