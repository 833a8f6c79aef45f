import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import type { Channel, Failure } from "../../../relay/delivery/channel.ts";
import type { ChangeEvent } from "../../../relay/encoding/change-event.ts";
import { changeEvent, changeEvents } from "../delivery/change-events.ts";

/** A channel with a real server at its end, whose destination is empty. */
export interface ChannelUnderTest {
  readonly channel: Channel;
  /** What has arrived, in order: the text of each structured event as JSON, attributes and data. */
  received(): Promise<readonly string[]>;
  /** Takes the server, or the way to it, away; events of a try meanwhile do not arrive. */
  interrupt(): Promise<void>;
  /** Brings it back, with what it has received. */
  resume(): Promise<void>;
  /** Passwords and the like that no reason may contain. */
  readonly secrets?: readonly string[];
  /** The size in bytes of an event that the server does not take, where there is a limit. */
  readonly tooLarge?: number;
  /** Whether what arrives can be told the order of; true by default. SQS standard queues: false. */
  readonly ordered?: boolean;
  /** Ends the channel and the server. */
  close(): Promise<void>;
}

interface Arrived {
  readonly id: string;
  readonly data: { readonly new: Readonly<Record<string, unknown>> };
}

/**
 * What every channel promises, as tests. Called at the top of a test file, once for each way to
 * configure the channel.
 *
 * @param arrange makes a fresh one for each test
 */
export function channelContract(name: string, arrange: () => Promise<ChannelUnderTest>): void {
  describe(`the channel ${name}`, () => {
    let under: ChannelUnderTest | undefined;
    const start = async () => {
      under = await arrange();
      return under;
    };
    afterEach(async () => {
      await under?.close();
      under = undefined;
    });

    test("delivers every event of a batch as it is, in order", async () => {
      const sink = await start();
      const row = { id: "9007199254740993", text: 'ünï "quoted" \\ \n 😀', empty: null };
      const events = batchOf(sink, 7).map((event, at) => ({
        ...changeEvent({ lsn: event.lsn, key: event.key, row: { ...row, at } }),
      }));
      await deliverAll(sink, events);
      const arrived = await arrivals(sink, events.length);
      expect(arrived.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
      expect(arrived.map(({ data }) => data.new)).toEqual(events.map((_, at) => ({ ...row, at })));
    });

    test("delivers as many events as its batch may hold", async () => {
      const sink = await start();
      const events = changeEvents(sink.channel.batchSize);
      await deliverAll(sink, events);
      expect(await ids(sink, events.length)).toEqual(events.map(({ id }) => id));
    });

    test("delivers one batch after the other in order", async () => {
      const sink = await start();
      const first = changeEvents(5);
      const second = changeEvents(5, 10, 6);
      await deliverAll(sink, first);
      await deliverAll(sink, second);
      const expected = [...first, ...second].map(({ id }) => id);
      expect(await ids(sink, expected.length)).toEqual(expected);
    });

    test("says that nothing arrived, for now and without secrets, while the server is away", async () => {
      const sink = await start();
      await deliverAll(sink, batchOf(sink, 1));
      await sink.interrupt();
      const events = batchOf(sink, 3, 10);
      const outcome = await attempt(sink.channel, events);
      expect(outcome.failures.map(({ index }) => index)).toEqual(events.map((_, at) => at));
      for (const { final, reason } of outcome.failures) {
        expect(final).toBe(false);
        expect(reason.length).toBeGreaterThan(0);
        expect(reason.length).toBeLessThanOrEqual(500);
        for (const secret of sink.secrets ?? []) expect(reason).not.toContain(secret);
      }
      await sink.resume();
    });

    test("delivers again, with the same ids, when the server is back", async () => {
      const sink = await start();
      const before = batchOf(sink, 2);
      await deliverAll(sink, before);
      await sink.interrupt();
      const events = batchOf(sink, 4, 10);
      await attempt(sink.channel, events);
      await sink.resume();
      await deliverAll(sink, events);
      const arrived = new Set(await ids(sink, before.length + events.length));
      expect([...arrived]).toEqual([...before, ...events].map(({ id }) => id));
    });

    test("gives up soon when it is told to", async () => {
      const sink = await start();
      await sink.interrupt();
      const stop = new AbortController();
      const under = attempt(sink.channel, batchOf(sink, 1), stop.signal);
      stop.abort();
      const { failures } = await Promise.race([under, sleep(5_000).then(() => never())]);
      expect(failures).toHaveLength(1);
      await sink.resume();
    });

    test("refuses for good an event that is too large, and delivers its neighbours", async () => {
      const sink = await start();
      if (sink.tooLarge === undefined) return;
      const [first, last] = [changeEvent({ lsn: 1n }), changeEvent({ lsn: 3n, key: "3" })];
      const filler = "x".repeat(sink.tooLarge);
      const large = changeEvent({ lsn: 2n, key: "2", row: { filler } });
      const events = [first, large, last].filter(
        (_, at) => at < sink.channel.batchSize || at === 1,
      );
      const failures: Failure[] = [];
      for (let at = 0; at < events.length; at += sink.channel.batchSize) {
        const batch = events.slice(at, at + sink.channel.batchSize);
        const outcome = await attempt(sink.channel, batch);
        failures.push(...outcome.failures.map((one) => ({ ...one, index: one.index + at })));
      }
      expect(failures).toEqual([
        expect.objectContaining({ index: events.indexOf(large), final: true }),
      ]);
      const small = events.filter((event) => event !== large);
      expect(await ids(sink, small.length)).toEqual(small.map(({ id }) => id));
    });

    test("can be closed twice", async () => {
      const sink = await start();
      await deliverAll(sink, batchOf(sink, 1));
      await sink.channel.close();
      await sink.channel.close();
    });
  });
}

/** Events that fit into one batch of the channel. */
function batchOf({ channel }: ChannelUnderTest, count: number, from = 1): ChangeEvent[] {
  return changeEvents(Math.min(count, channel.batchSize), 3, from);
}

/** Delivers in batches; nothing may fail. */
async function deliverAll({ channel }: ChannelUnderTest, events: readonly ChangeEvent[]) {
  for (let at = 0; at < events.length; at += channel.batchSize) {
    const batch = events.slice(at, at + channel.batchSize);
    expect(await channel.deliver(batch, new AbortController().signal)).toEqual([]);
  }
}

/** One try; an error counts as a failure of each event, as a lane takes it. */
async function attempt(
  channel: Channel,
  batch: readonly ChangeEvent[],
  signal: AbortSignal = new AbortController().signal,
): Promise<{ failures: readonly Failure[] }> {
  try {
    return { failures: await channel.deliver(batch, signal) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { failures: batch.map((_, index) => ({ index, final: false, reason })) };
  }
}

async function ids(sink: ChannelUnderTest, count: number): Promise<string[]> {
  return (await arrivals(sink, count)).map(({ id }) => id);
}

/** Waits until that many have arrived; in the order of commits if the sink has none. */
async function arrivals(sink: ChannelUnderTest, count: number): Promise<Arrived[]> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const texts = await sink.received();
    const arrived = texts.map((text): Arrived => JSON.parse(text));
    if (arrived.length >= count || performance.now() > deadline) {
      return sink.ordered === false ? arrived.sort(byId) : arrived;
    }
    await sleep(20);
  }
}

function byId(left: Arrived, right: Arrived): number {
  return order(left) - order(right);
}

function order({ id }: Arrived): number {
  const [, low = "", index = ""] = /\/([0-9A-F]+):(\d+)$/.exec(id) ?? [];
  return Number.parseInt(low, 16) * 1000 + Number(index);
}

function never(): never {
  throw new Error("the channel did not give up within 5 s");
}
