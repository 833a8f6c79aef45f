// Stands in for `pulumi-language-nodejs`, which comes with the Pulumi CLI but not with one that was
// built from its Go module: lets `pulumi preview` and `pulumi up` run a program as users run it. It
// starts the program by the very file of the SDK that the real one starts.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import lang from "@pulumi/pulumi/proto/language_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";

const sdk = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));

type Reply = (error: null, response: unknown) => void;

/** As much of gRPC as is used here; it is a dependency of the SDK and none of this package. */
interface Grpc {
  readonly Server: new () => {
    addService(service: unknown, methods: Record<string, unknown>): void;
    bindAsync(
      address: string,
      credentials: unknown,
      done: (e: unknown, port: number) => void,
    ): void;
  };
  readonly ServerCredentials: { createInsecure(): unknown };
}

const grpc: Grpc = sdk("@grpc/grpc-js");
const { LanguageRuntimeService } = sdk("./proto/language_grpc_pb.js");
/** Where the engine takes log messages; it is the last argument. */
let engine = process.argv.at(-1) ?? "";

const server = new grpc.Server();
server.addService(LanguageRuntimeService, {
  handshake({ request }: { request: lang.LanguageHandshakeRequest }, reply: Reply) {
    engine = request.getEngineAddress() || engine;
    reply(null, new lang.LanguageHandshakeResponse());
  },
  getRequiredPlugins: (_: unknown, reply: Reply) =>
    reply(null, new lang.GetRequiredPluginsResponse()),
  getRequiredPackages: (_: unknown, reply: Reply) =>
    reply(null, new lang.GetRequiredPackagesResponse()),
  getPluginInfo(_: unknown, reply: Reply) {
    const info = new plugin.PluginInfo();
    info.setVersion("1.0.0");
    reply(null, info);
  },
  run({ request }: { request: lang.RunRequest }, reply: Reply) {
    const response = new lang.RunResponse();
    program(request).on("exit", (code) => {
      // The program has told the user what is wrong, and nothing is to be added.
      if (code === 32) response.setBail(true);
      else if (code !== 0) response.setError(`the program ended with code ${code}`);
      reply(null, response);
    });
  },
});
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (_, port) => {
  console.log(port);
});

function program(request: lang.RunRequest) {
  const info = request.getInfo();
  const options = info?.getOptions()?.toJavaScript();
  const args = [
    ["--monitor", request.getMonitorAddress(), "--engine", engine],
    ["--organization", request.getOrganization(), "--project", request.getProject()],
    ["--stack", request.getStack(), "--parallel", String(request.getParallel())],
    ["--pwd", info?.getProgramDirectory() ?? "", ...(request.getDryrun() ? ["--dry-run"] : [])],
    [info?.getEntryPoint() ?? "."],
  ].flat();
  return spawn(process.execPath, [sdk.resolve("./cmd/run"), ...args], {
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().entries())),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
      PULUMI_NODEJS_TYPESCRIPT: String(options?.["typescript"] !== false),
    },
  });
}
