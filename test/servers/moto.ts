import { startContainer } from "./container.ts";
import { PythonEnvironment } from "./python-environment.ts";
import { startSupervised, type TestServer } from "./supervised-server.ts";
import { type Supply, supplied } from "./supply.ts";

/** The version that the tests were written against. */
const environment = new PythonEnvironment({
  requirement: "moto[server]",
  version: "5.2.5",
  size: "320 MB",
});

export const motoSupply: Supply<string> = {
  name: "moto (SQS, SNS, Secrets Manager, SSM)",
  find: () => environment.find(),
  install: () => environment.install(),
  hint: "install Python 3 with venv (apt-get install python3-venv), or start Docker",
};

export interface Moto extends TestServer {
  /** The endpoint of all services. */
  readonly url: string;
}

/** moto's server, which plays the services of AWS. It keeps all in memory: `kill` loses it. */
export async function startMoto(): Promise<Moto> {
  const python = await supplied(motoSupply);
  const isReady = (port: number) =>
    fetch(`http://127.0.0.1:${port}/moto-api/data.json`).then(
      ({ ok }) => ok,
      () => false,
    );
  const server =
    python === "container"
      ? await startContainer({ image: "motoserver/moto:5.2.5", port: 5000, isReady })
      : await startSupervised({
          name: "moto",
          programs: (_, port) => [
            { file: python, args: ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)] },
          ],
          isReady,
        });
  return { ...server, url: `http://127.0.0.1:${server.port}` };
}
