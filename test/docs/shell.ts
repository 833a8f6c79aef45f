import { mkdir, rm, symlink } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { runCommand } from "../../scripts/command.ts";
import { pulumiEnvironment } from "../../scripts/pulumi-environment.ts";
import { startPostgres } from "../postgres.ts";
import { packedProject } from "../pulumi/packed-project.ts";

/** For what is not installed here: what is comes first on PATH. */
const standIns = join(import.meta.dirname, "stand-ins");

/** A shell in a project that has the package installed, with a Postgres of its own. */
export interface Shell {
  /** The project, which is where commands run. */
  readonly folder: string;
  /** The superuser's URL of an empty database `shop`; commands have it as DATABASE_URL. */
  readonly databaseUrl: string;
  /**
   * Runs a command in a folder below the project's, by default that one itself. A variable that it
   * exports is there for all commands after it.
   */
  run(command: string, folder?: string): Promise<{ code: number; output: string }>;
  /** Installs packages that the project has not from the start. */
  install(...names: string[]): Promise<void>;
  close(): Promise<void>;
}

export async function openShell(): Promise<Shell> {
  const [postgres, project] = await Promise.all([startPostgres(18), packedProject()]);
  const { folder } = project;
  const modules = join(folder, "node_modules");
  const home = join(folder, "home");
  await Promise.all([mkdir(join(modules, ".bin")), mkdir(home)]);
  await symlink(
    join(modules, "@integratedb/pulumi/dist/cli/main.js"),
    join(modules, ".bin/integratedb"),
  );
  const databaseUrl = await postgres.createDatabase("shop");
  const environment = await pulumiEnvironment();
  const env: Record<string, string> = {
    ...environment,
    PATH: `${environment["PATH"]}${delimiter}${standIns}`,
    DATABASE_URL: databaseUrl,
    TESTS_PID: String(process.pid),
    HOME: home,
    PULUMI_HOME: join(home, "pulumi"),
    // Settings of whoever runs the tests would change what is printed.
    PSQLRC: "/dev/null",
    PGOPTIONS: "",
    LC_ALL: "C.UTF-8",
    NO_COLOR: "1",
    npm_config_loglevel: "error",
  };
  const inShell = (script: string, below = ".") =>
    runCommand("sh", ["-c", `exec 2>&1\n${script}`], { cwd: join(folder, below), env });
  return {
    folder,
    databaseUrl,
    async run(command, below) {
      const variable = /^export (\w+)=/.exec(command)?.[1];
      if (variable === undefined) return inShell(command, below);
      const { code, output } = await inShell(`${command}\nprintf %s "$${variable}"`, below);
      env[variable] = output;
      return { code, output: "" };
    },
    install: project.install,
    async close() {
      await postgres.stop();
      await project.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
