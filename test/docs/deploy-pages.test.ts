import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { createProgram } from "../../cli/program.ts";
import { errors } from "../../sql/index.ts";
import { blocksOf } from "./markdown.ts";

const read = (file: string) => readFile(new URL(`../../${file}`, import.meta.url), "utf8");
const pages = { kubernetes: "kubernetes-relay-args", ecs: "ecs-relay-args" };

test.each(Object.entries(pages))("docs/deploy-%s.md", async (target, args) => {
  const page = await read(`docs/deploy-${target}.md`);
  const program = blocksOf(page).find((block) => block.kind === "file");
  expect(program?.text, "has the program of its example").toBe(
    await read(`examples/relay-${target}/index.ts`),
  );
  const codes = [...page.matchAll(/IDB\d{4}/g)].map(([code]) => code);
  expect(codes.filter((code) => !(code in errors))).toEqual([]);
  const source = await read(`components/relay/${args}.ts`);
  const own = source.slice(source.indexOf("RelayArgs extends RelayArgs"));
  for (const [, name] of own.matchAll(/^ {2}readonly (\w+)\??:/gm))
    expect(page).toContain(`\`${name}\``);
});

test("the commands on the pages have options that the command has", async () => {
  const program = createProgram({ stdout: process.stdout }, async () => undefined);
  const group = program.commands.find((command) => command.name() === "relay");
  const manifests = group?.commands.find((command) => command.name() === "manifests");
  const flags = manifests?.options.map(({ long }) => long) ?? [];
  const page = await read("docs/deploy-kubernetes.md");
  const lines = [...page.matchAll(/integratedb relay manifests([^|>\n`]*)/g)];
  expect(lines.length).toBeGreaterThan(2);
  for (const [line, given = ""] of lines) {
    for (const [flag] of given.matchAll(/--[a-z-]+/g)) expect(flags, line).toContain(flag);
  }
});
