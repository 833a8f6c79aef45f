import type { dynamic } from "@pulumi/pulumi";
import { removeContainer, stopContainer } from "../../docker/container.ts";
import { type ContainerWish, containerForm } from "../../docker/container-form.ts";
import { containerDrift } from "../../docker/drift.ts";
import { asked, dockerEngine, type Engine, ifThere } from "../../docker/engine.ts";
import { handOver, startRelay } from "../../docker/hand-over.ts";
import { obtainImage } from "../../docker/image.ts";
import { makeNetworks, removeNetworks } from "../../docker/network.ts";
import { atBoundary } from "../boundary.ts";
import { failureOf, formFailures } from "../check-failures.ts";
import { toIntegrateDbError } from "../connection.ts";
import { drifted } from "../drift.ts";
import { hasChanged, inputsOf } from "../input-change.ts";
import { hasUnknown } from "../unknown.ts";

const inputNames = Object.keys(containerForm.shape);

/** Properties of a container in state: its inputs, what was made and, after a refresh, drift. */
interface DockerRelay extends ContainerWish {
  readonly containerId?: string;
  readonly imageId?: string;
  /** Networks that were made for it, and go with it. */
  readonly ownNetworks?: readonly string[];
  readonly drift?: readonly string[];
}

/** The container of a relay at a Docker Engine. */
export const dockerRelay = atBoundary({
  /** Refuses an engine that does not answer before anything is made. */
  async check(_olds: unknown, news: ContainerWish): Promise<dynamic.CheckResult> {
    const parsed = hasUnknown(news) ? undefined : containerForm.safeParse(news);
    if (parsed?.success === false) {
      return { inputs: news, failures: formFailures(parsed.error).map(withoutSecret) };
    }
    if (hasUnknown(news.dockerHost)) return { inputs: news };
    try {
      const engine = await dockerEngine(news.dockerHost);
      await asked(() => engine.ping());
      return { inputs: news };
    } catch (error) {
      return { inputs: news, failures: [failureOf(toIntegrateDbError(error))] };
    }
  },

  /** At another engine it is another container. */
  async diff(_id: string, olds: DockerRelay, news: ContainerWish): Promise<dynamic.DiffResult> {
    const replaces = olds.dockerHost === news.dockerHost ? [] : ["dockerHost"];
    return { changes: hasChanged({ ...olds }, { ...news }, inputNames), replaces };
  },

  async create(inputs: ContainerWish): Promise<dynamic.CreateResult> {
    const engine = await dockerEngine(inputs.dockerHost);
    const made = await withNetworks(engine, inputs, async (imageId) => {
      const container = await startRelay(engine, inputs);
      return { containerId: container.id, imageId };
    });
    return { id: inputs.name, outs: { ...inputs, ...made } };
  },

  async update(_id: string, olds: DockerRelay, news: ContainerWish): Promise<dynamic.UpdateResult> {
    const engine = await dockerEngine(news.dockerHost);
    const old = olds.containerId ?? olds.name;
    const found = await ifThere(() => engine.getContainer(old).inspect());
    const made = await withNetworks(engine, news, async (imageId) => {
      const container =
        found === undefined
          ? await startRelay(engine, news)
          : await handOver(engine, { container: engine.getContainer(found.Id), wish: olds }, news);
      return { containerId: container.id, imageId };
    });
    const before = olds.ownNetworks ?? [];
    const stated = news.networks ?? [];
    await removeNetworks(
      engine,
      before.filter((name) => !stated.includes(name)),
    );
    const kept = before.filter((name) => stated.includes(name));
    return { outs: { ...news, ...made, ownNetworks: [...kept, ...made.ownNetworks] } };
  },

  /** Looks for the container and for what was changed of it; without it the id is blank. */
  async read(id: string, props: DockerRelay): Promise<dynamic.ReadResult> {
    const engine = await dockerEngine(props.dockerHost);
    const container = engine.getContainer(props.containerId ?? props.name);
    const found = await ifThere(() => container.inspect());
    if (found === undefined) return { id: "" };
    const { drift: _, ...known } = props;
    const now = { ...known, ...drifted(containerDrift(found, props, props.imageId)) };
    return { id, props: now, inputs: inputsOf({ ...now }, [...inputNames, "drift"]) };
  },

  async delete(_id: string, props: DockerRelay): Promise<void> {
    const engine = await dockerEngine(props.dockerHost);
    const container = engine.getContainer(props.containerId ?? props.name);
    await stopContainer(container, props);
    await removeContainer(container);
    await removeNetworks(engine, props.ownNetworks ?? []);
  },
});

/** Pulumi prints the value beside a failure. */
function withoutSecret({ property = "", reason }: dynamic.CheckFailure): dynamic.CheckFailure {
  return { property: /^(environment|registry)/.test(property) ? "" : property, reason };
}

/** Has image and networks before the work, and leaves no network behind where that fails. */
async function withNetworks<T extends object>(
  engine: Engine,
  wish: ContainerWish,
  work: (imageId: string) => Promise<T>,
): Promise<T & { ownNetworks: readonly string[] }> {
  await asked(() => engine.ping());
  const imageId = await obtainImage(engine, wish);
  const { made, own } = await makeNetworks(engine, wish);
  try {
    return { ...(await work(imageId)), ownNetworks: own };
  } catch (error) {
    await removeNetworks(engine, made).catch(() => undefined);
    throw error;
  }
}
