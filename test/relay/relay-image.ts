import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildRelay } from "../../scripts/build-relay.ts";
import { type ContainerEngine, mustRun } from "../servers/container-engine.ts";
import { containerEngine } from "../servers/container-supply.ts";
import { RelayContainer } from "./relay-container.ts";

const relay = fileURLToPath(new URL("../../relay/", import.meta.url));

/** Podman's own format has no health checks, and its networks need more than is always installed. */
const buildFlags = {
  docker: [],
  podman: ["--format=docker", "--layers=false", "--network=host"],
};

/** The relay's image, built from its Dockerfile for one test file. */
export class RelayImage {
  readonly #engine: ContainerEngine;
  readonly tag: string;

  private constructor(engine: ContainerEngine, tag: string) {
    this.#engine = engine;
    this.tag = tag;
  }

  /** @throws ServerMissing where no container engine can be had */
  static async build(): Promise<RelayImage> {
    const engine = await containerEngine();
    const context = await mkdtemp(join(tmpdir(), "integratedb-relay-image-"));
    try {
      for (const file of ["Dockerfile", ".dockerignore"]) {
        await copyFile(join(relay, file), join(context, file));
      }
      await buildRelay(join(context, "dist"));
      const tag = `integratedb-relay-test:${process.pid}`;
      await mustRun(engine, "build", ...buildFlags[engine.name], "--tag", tag, context);
      return new RelayImage(engine, tag);
    } finally {
      await rm(context, { recursive: true, force: true });
    }
  }

  /** What the engine knows of the image. */
  async inspect(): Promise<Record<string, unknown>> {
    const [image] = JSON.parse(await mustRun(this.#engine, "image", "inspect", this.tag));
    return image;
  }

  /**
   * Starts a container that has no right beyond what the relay needs.
   *
   * @param environment the relay's settings, without the port
   */
  start(environment: Readonly<Record<string, string>>): Promise<RelayContainer> {
    return RelayContainer.start(this.#engine, this.tag, environment);
  }

  /** Another image with the same relay. */
  async rebuilt(): Promise<RelayImage> {
    const context = await mkdtemp(join(tmpdir(), "integratedb-relay-image-"));
    try {
      await writeFile(join(context, "Dockerfile"), `FROM ${this.tag}\nLABEL rebuilt=yes\n`);
      const tag = `${this.tag}-rebuilt`;
      await mustRun(this.#engine, "build", ...buildFlags[this.#engine.name], "--tag", tag, context);
      return new RelayImage(this.#engine, tag);
    } finally {
      await rm(context, { recursive: true, force: true });
    }
  }

  async stop(): Promise<void> {
    await mustRun(this.#engine, "rmi", "--force", this.tag);
  }
}
