import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { storeEntry } from "../../provider/runtime/v1/index.ts";
import { stores } from "../../provider/stores/index.ts";
import type { Content } from "../../provider/stores/secret-store.ts";
import { freePort } from "../free-port.ts";
import { useServer } from "../servers/use-server.ts";
import type { StoreBench } from "./benches.ts";

const password = "a-password-that-nobody-else-has";
const second = "another-password-of-a-rotation";

/**
 * What every store has to do, by the methods that Pulumi calls.
 *
 * @param more declares tests of what this store alone has
 */
export function storeContract(
  title: string,
  start: () => Promise<StoreBench>,
  more: (bench: () => StoreBench) => void = () => undefined,
): void {
  describe(title, () => {
    const bench = useServer(start);
    const entry = entries(bench);

    beforeEach(() => {
      for (const [name, value] of Object.entries(bench().env)) vi.stubEnv(name, value);
    });
    afterEach(() => {
      vi.unstubAllEnvs();
    });

    test("an entry is made with its content, of which the state has a digest alone", async () => {
      const made = await entry("made").create(password);
      expect(await bench().read(made.name)).toEqual(bench().content(password));
      expect(made.outs).toMatchObject({ reference: expect.stringMatching(/./) });
      const { digest, version } = made.outs;
      expect(digest).toMatch(/^scrypt:[\w-]{22}:[\w-]{43}$/);
      expect(version).toMatch(/./);
      expect(JSON.stringify(made)).not.toContain(password);
      const { props } = await storeEntry.read("id", made.outs as never);
      expect(props).not.toHaveProperty("drift");
    });

    test("a create whose answer was lost goes on", async () => {
      const first = await entry("lost").create(password);
      const again = await entry("lost").create(password);
      expect(again.outs["reference"]).toBe(first.outs["reference"]);
    });

    test("an entry of somebody else is refused and left alone, unless it is adopted", async () => {
      const theirs = entry("theirs");
      await bench().put(theirs.name, bench().content("of-somebody-else"));
      const refused = await theirs.create(password).catch(messageOf);
      expect(refused).toContain(`IDB1507 ${stores[bench().store].title}, entry ${theirs.name}: `);
      expect(refused).toContain("adopt: true");
      expect(await bench().read(theirs.name)).toEqual(bench().content("of-somebody-else"));
      await theirs.create(password, { adopt: true });
      expect(await bench().read(theirs.name)).toEqual(bench().content(password));
    });

    test("other content is a new version, and other tags alone are none", async () => {
      const { tagged } = bench();
      const rotated = entry("rotated", { [tagged]: { team: "a", stays: "b" } });
      const { outs } = await rotated.create(password);
      const { outs: updated } = await rotated.update(outs, second);
      expect(updated["version"]).not.toBe(outs["version"]);
      expect(await bench().read(rotated.name)).toEqual(bench().content(second));
      const retagged = entry("rotated", { [tagged]: { stays: "c" } });
      const { outs: after } = await retagged.update(updated, second);
      const tags = await bench().tags(rotated.name);
      expect(tags).toMatchObject({ stays: "c" });
      expect(tags).not.toHaveProperty("team");
      // The version of Kubernetes is that of the whole Secret.
      if (bench().store !== "kubernetesSecret") expect(after["version"]).toBe(updated["version"]);
      const { props } = await storeEntry.read("id", after as never);
      expect(props).not.toHaveProperty("drift");
    });

    test("content that somebody changed is seen, and repaired", async () => {
      const changed = entry("changed");
      const { outs } = await changed.create(password);
      await bench().put(changed.name, bench().content("of-somebody-else"));
      const { props, inputs } = await storeEntry.read("id", outs as never);
      expect(props["drift"]).toEqual([expect.stringContaining("the content was changed")]);
      expect(inputs).toHaveProperty("drift");
      expect(await storeEntry.diff("id", props as never, outs as never)).toMatchObject({
        changes: true,
        replaces: [],
      });
      const { outs: repaired } = await changed.update(props, password);
      expect(repaired).not.toHaveProperty("drift");
      expect(await bench().read(changed.name)).toEqual(bench().content(password));
    });

    test("an entry that somebody deleted is seen, and repaired", async () => {
      const deleted = entry("deleted");
      const { outs } = await deleted.create(password);
      await bench().remove(deleted.name);
      const { id, props } = await storeEntry.read("id", outs as never);
      if (id === "") await deleted.create(password);
      else {
        expect(props["drift"]).toEqual([expect.stringContaining("was deleted, and is kept until")]);
        await deleted.update(props, password);
      }
      expect(await bench().read(deleted.name)).toEqual(bench().content(password));
    });

    test("a deletion is made by the rules of the store, and once more without harm", async () => {
      const { permanent } = bench();
      const gone = entry("gone");
      const { outs } = await gone.create(password);
      await storeEntry.delete("id", outs as never);
      expect(await bench().read(gone.name)).toBeUndefined();
      await storeEntry.delete("id", outs as never);
      if (permanent === undefined) {
        await gone.create(second);
        return;
      }
      expect(await gone.create(second).catch(messageOf)).toMatch(
        /IDB1507 .*it is deleted, and kept until/,
      );
      await entry("gone").create(second, { adopt: true });
      const final = entry("gone", permanent);
      await storeEntry.delete("id", { ...outs, settings: final.settings } as never);
      await final.create(password);
      expect(await bench().read(gone.name)).toEqual(bench().content(password));
    });

    test("wrong credentials and missing rights are told apart, and nothing is done", async () => {
      const ways = [
        ["IDB1502", bench().wrongCredentials],
        ["IDB1503", bench().withoutRights],
      ] as const;
      for (const [code, { env = {}, settings = {} }] of ways) {
        for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
        const refused = entry("refused", settings);
        const message = await refused.create(password).catch(messageOf);
        expect(message).toContain(
          `${code} ${stores[bench().store].title}, entry ${refused.name}: `,
        );
        expect(message).not.toContain(password);
        vi.unstubAllEnvs();
        for (const [name, value] of Object.entries(bench().env)) vi.stubEnv(name, value);
        expect(await bench().read(refused.name)).toBeUndefined();
      }
    });

    test("a store that is down, or slow, is named, and the next run goes on", async () => {
      const slow = createServer();
      await new Promise<void>((resolve) => slow.listen(0, "127.0.0.1", resolve));
      const { port } = slow.address() as AddressInfo;
      const scheme = /^(kubernetes|azure)/.test(bench().store) ? "https" : "http";
      for (const each of [port, await freePort()]) {
        const away = entry("away", { [bench().addressSetting]: `${scheme}://127.0.0.1:${each}` });
        const message = await away.create(password, { timeoutSeconds: 1 }).catch(messageOf);
        expect(message).toContain(`IDB1504 ${stores[bench().store].title}, entry ${away.name}: `);
        expect(message).not.toContain(password);
      }
      slow.close();
      await entry("away").create(password);
      expect(await bench().read(entry("away").name)).toEqual(bench().content(password));
    });

    test("a name that the store does not allow, and too much content, fail in the check", async () => {
      for (const name of bench().wrongNames) {
        const { failures = [] } = await entry("x").check(bench().content(password), { name });
        expect(failures, name).toHaveLength(1);
        expect(failures[0]?.property).toBe("name");
        expect(failures[0]?.reason).toContain("IDB1505");
      }
      const most = stores[bench().store].maxBytes(bench().settings as never);
      const large = bench().content("x".repeat(most));
      const { failures = [] } = await entry("x").check(large);
      expect(failures[0]?.reason).toMatch(
        /IDB1506 .* bytes are more than the \d+ that it can hold/,
      );
      const kind = typeof large === "string" ? { a: "b" } : "text";
      const { failures: other = [] } = await entry("x").check(kind);
      expect(other).toMatchObject([{ property: "", reason: expect.stringContaining("IDB1510") }]);
    });

    more(bench);
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

type Outs = Record<string, unknown>;

/** What Pulumi does with an entry: each method that writes comes after a check. */
function entries(bench: () => StoreBench) {
  return (word: string, changes: Record<string, unknown> = {}) => {
    const { store, settings: usual } = bench();
    const name = bench().name(word);
    const settings = { ...usual, ...changes };
    const check = (content: Content, more: object = {}, olds: Outs = {}) =>
      storeEntry.check(olds, { store, name, settings, content, timeoutSeconds: 110, ...more });
    const checked = async (secret: string, more?: object, olds?: Outs) => {
      const { inputs, failures = [] } = await check(bench().content(secret), more, olds);
      expect(failures).toEqual([]);
      return inputs;
    };
    return {
      name,
      settings,
      check,
      create: async (secret: string, more?: object) => {
        const { outs = {} } = await storeEntry.create(await checked(secret, more));
        return { name, outs: outs as Outs };
      },
      update: async (olds: Outs, secret: string) => {
        const { outs = {} } = await storeEntry.update(
          "id",
          olds as never,
          await checked(secret, {}, olds),
        );
        return { outs: outs as Outs };
      },
    };
  };
}
