import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { errors } from "../../sql/index.ts";

const root = join(import.meta.dirname, "../..");

/** The codes in the sources of the product, each with the files that use it. */
const used = new Map<string, string[]>();
for (const file of globSync("{sql,provider,components,cli,relay,events}/**/*.{sql,ts}", {
  cwd: root,
})) {
  if (file === join("sql", "errors.ts")) continue;
  for (const [code] of readFileSync(join(root, file), "utf8").matchAll(/IDB\d{4}/g)) {
    used.set(code, [...(used.get(code) ?? []), file]);
  }
}

test("every code in the sources is in the registry", () => {
  const unknown = [...used].filter(([code]) => !(code in errors));
  expect(unknown).toEqual([]);
});

test("every code of the registry is used", () => {
  expect(Object.keys(errors).filter((code) => !used.has(code))).toEqual([]);
});

test.each(Object.entries(errors))(
  "%s says in sentences what it means and what to do",
  (_, error) => {
    expect(error.title).toMatch(/^\S.*[^.]$/);
    expect(error.meaning).toMatch(/\.$/);
    expect(error.remedy).toMatch(/\.$/);
  },
);
