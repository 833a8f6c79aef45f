import { setTimeout as wait } from "node:timers/promises";
import type Docker from "dockerode";
import { IntegrateDbError } from "../../sql/errors.ts";
import type { ContainerWish } from "./container-form.ts";
import { asked } from "./engine.ts";
import { lastLines } from "./log-lines.ts";

/** Milliseconds between two looks. */
const pause = 200;

/** What a relay says of itself where it is ready: it reads the slot, or another relay does. */
export type Phase = "reading" | "waiting";

/**
 * Waits until the relay in the container is ready, as it says itself.
 *
 * @param phases those that are enough
 * @throws IntegrateDbError IDB1404 with its last log lines, or IDB1210 another relay has the slot
 */
export async function whenReady(
  container: Docker.Container,
  wish: ContainerWish,
  phases: readonly Phase[],
): Promise<void> {
  const { timeoutSeconds = 60 } = wish;
  const end = performance.now() + timeoutSeconds * 1000;
  for (;;) {
    const { State, RestartCount } = await asked(() => container.inspect());
    const hasEnded = RestartCount > 0 || (!State.Running && State.StartedAt > "1");
    if (hasEnded) {
      throw await unhealthy(container, wish, `it ended with code ${State.ExitCode}`);
    }
    const { isReady, said } = await readinessOf(container);
    if (isReady && phases.some((phase) => said.startsWith(phase))) return;
    if (performance.now() > end) {
      if (isReady && said.startsWith("waiting")) {
        throw new IntegrateDbError("IDB1210", `Another relay reads the slot ${wish.slot}.`);
      }
      const seconds = `not ready after ${timeoutSeconds} s`;
      throw await unhealthy(container, wish, said === "" ? seconds : `${seconds}: ${said}`);
    }
    await wait(pause);
  }
}

interface Readiness {
  readonly isReady: boolean;
  /** What /readyz answers; empty while nothing does. */
  readonly said: string;
}

async function readinessOf(container: Docker.Container): Promise<Readiness> {
  try {
    const exec = await container.exec({
      Cmd: ["node", "dist/health-check.js", "/readyz"],
      AttachStdout: true,
      AttachStderr: true,
      Tty: true,
    });
    const stream = await exec.start({ hijack: true, stdin: false, Tty: true });
    let text = "";
    for await (const chunk of stream) text += chunk;
    const { ExitCode } = await exec.inspect();
    return { isReady: ExitCode === 0, said: text.trim() };
  } catch {
    // It has ended meanwhile, or has not begun: the next look at it tells.
    return { isReady: false, said: "" };
  }
}

async function unhealthy(
  container: Docker.Container,
  wish: ContainerWish,
  found: string,
): Promise<IntegrateDbError> {
  const lines = await lastLines(container, wish).catch(() => "");
  const log = lines === "" ? "It has logged nothing." : `Its last log lines:\n${lines}\n`;
  const problem = `The relay in the container ${wish.name} is not ready: ${found}.`;
  return new IntegrateDbError("IDB1404", `${problem} ${log}`);
}
