#!/usr/bin/env node
import { run } from "./run.ts";

// The reader of a pipe may leave early (`integratedb claims | head`): that is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});

// What libraries tell their programmers (pg: "pgpass support is deprecated") is nothing to who runs this.
process.noDeprecation = true;

process.exitCode = await run(process.argv.slice(2), process);
