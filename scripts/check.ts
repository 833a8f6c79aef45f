import { runStaticChecks, type StaticCheck, staticChecks } from "./static-checks.ts";

const names = process.argv.slice(2);
const unknown = names.filter((name) => !Object.hasOwn(staticChecks, name));
if (unknown.length > 0) {
  console.error(`No check is named ${unknown.join(", ")}: ${Object.keys(staticChecks).join(", ")}`);
  process.exitCode = 2;
} else {
  const { failed } = await runStaticChecks(names.length > 0 ? (names as StaticCheck[]) : undefined);
  process.exitCode = failed > 0 ? 1 : 0;
}
