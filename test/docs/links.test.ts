import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const repository = fileURLToPath(new URL("../..", import.meta.url));

test.each(globSync(["*.md", "docs/**/*.md", "examples/**/*.md"], { cwd: repository }))(
  "the links of %s lead somewhere",
  (page) => {
    const text = readFileSync(join(repository, page), "utf8");
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]*)(#[^)]*)?\)/g)];
    const broken = links.filter(([, path = "", anchor]) => {
      const target = path === "" ? join(repository, page) : join(repository, dirname(page), path);
      if (!existsSync(target)) return true;
      return anchor !== undefined && !anchorsOf(target).includes(anchor);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  },
);

/** Anchors of the headings of a page, as GitHub makes them. */
function anchorsOf(file: string): string[] {
  return [...readFileSync(file, "utf8").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => {
    const words = heading.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, "");
    return `#${words.replaceAll(" ", "-")}`;
  });
}
