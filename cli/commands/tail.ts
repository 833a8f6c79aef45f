import { setTimeout as wait } from "node:timers/promises";
import { Argument, InvalidArgumentError, Option } from "commander";
import { connectionFromEnvironment } from "../../provider/runtime/connection.ts";
import { IntegrateDbError } from "../../sql/index.ts";
import type { CommandOptions, RelayCommand } from "../command.ts";
import { eventLine } from "../event-line.ts";
import { messagesOf } from "../event-stream.ts";
import type { Terminal } from "../terminal.ts";

export const tail: RelayCommand = {
  name: "tail",
  summary: "follow the events of a socket channel as they come",
  description:
    "Prints the events of a notification's channel of type socket, as its receiver gets them from the " +
    "relay, until it is interrupted. Logs in as the stakeholder: with the user and password of " +
    "--url, DATABASE_URL or the PG* variables, or with the channel's token in INTEGRATEDB_TOKEN. " +
    "When the relay goes away it connects again, and goes on where it was.",
  jsonShape: "a CloudEvent a line, as it arrives",
  arguments: [
    new Argument("<stakeholder>", "name of the stakeholder"),
    new Argument("<notification>", "name of the notification"),
    new Argument("<channel>", "name of the channel"),
  ],
  options: [
    new Option("--relay <url>", "address of the relay. Default: INTEGRATEDB_RELAY_URL"),
    new Option(
      "--after <id>",
      "also what came after the event of this id, or with `oldest` all that is still kept",
    ),
    new Option("--count <number>", "end after that many events").argParser(number),
  ],
  runsIn: "relay",
  async work(terminal, options) {
    const { count = Number.POSITIVE_INFINITY, json } = options;
    const address = addressOf(terminal, options);
    const authorization = authorizationOf(terminal, options);
    let after = options.after;
    let printed = 0;
    let wasThere = false;
    while (true) {
      try {
        const messages = await follow(address, authorization, after);
        wasThere = true;
        for await (const { id, data } of messages) {
          after = id ?? after;
          if (data === undefined) continue;
          terminal.stdout.write(`${json ? data : eventLine(data)}\n`);
          printed += 1;
          if (printed >= count) return;
        }
      } catch (error) {
        // A relay that was there once comes back; one that refuses says so again.
        if (!wasThere || !isWorthTryingAgain(error)) throw error;
      }
      terminal.stderr.write("The relay has gone away; connecting again.\n");
      await wait(1_000 + 1_000 * Math.random());
    }
  },
};

async function follow(address: URL, authorization: string, after: string | undefined) {
  const headers = {
    accept: "text/event-stream",
    authorization,
    ...(after === undefined ? {} : { "last-event-id": after }),
  };
  const response = await fetch(address, { headers, redirect: "error" }).catch((error: Error) => {
    const { cause } = error;
    const found = cause instanceof Error && "code" in cause ? String(cause.code) : error.message;
    const problem = `No answer from the relay at ${address.origin}.`;
    throw new IntegrateDbError("IDB1310", problem, { found, cause: error });
  });
  if (response.ok && response.body !== null) return messagesOf(response.body);
  throw refusal(response.status, await reasonIn(response), address);
}

/** What a relay says about its refusal; other servers may say anything, at any length. */
async function reasonIn(response: Response): Promise<string> {
  const found = `HTTP status ${response.status}`;
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  const body: unknown = isJson ? await response.json().catch(() => undefined) : undefined;
  if (!isJson) await response.body?.cancel();
  if (typeof body !== "object" || body === null || !("problem" in body)) return found;
  const oldest = "oldest" in body ? `; the oldest that is kept is ${body.oldest}` : "";
  return `${found}, ${body.problem}${oldest}`.slice(0, 500);
}

function refusal(status: number, found: string, { origin, pathname }: URL): IntegrateDbError {
  if (status === 401) {
    return new IntegrateDbError("IDB1311", `The relay at ${origin} refused the login.`, { found });
  }
  if (status === 403) {
    const problem = `The relay at ${origin} does not give ${pathname} to this login.`;
    return new IntegrateDbError("IDB1312", problem, { found });
  }
  if (status === 400 || status === 410) {
    const problem = `The relay at ${origin} cannot go on from there.`;
    return new IntegrateDbError("IDB1313", problem, { found });
  }
  const problem = `What answers at ${origin} does not stream events.`;
  return new IntegrateDbError("IDB1310", problem, { found });
}

function isWorthTryingAgain(error: unknown): boolean {
  return !(error instanceof IntegrateDbError) || error.code === "IDB1310";
}

function addressOf({ env }: Terminal, options: CommandOptions): URL {
  const stated = options.relay ?? env["INTEGRATEDB_RELAY_URL"];
  if (!stated) throw new IntegrateDbError("IDB1309", "The command line names no relay.");
  if (!URL.canParse(stated) || !/^https?:$/.test(new URL(stated).protocol)) {
    throw new IntegrateDbError("IDB1309", "The relay's address is no URL of http or https.");
  }
  const { stakeholder = "", notification = "", channel = "" } = options;
  const path = [stakeholder.toLowerCase(), notification, channel].map(encodeURIComponent).join("/");
  return new URL(`events/${path}`, stated.endsWith("/") ? stated : `${stated}/`);
}

function authorizationOf({ env }: Terminal, options: CommandOptions): string {
  const token = env["INTEGRATEDB_TOKEN"];
  if (token) return `Bearer ${token}`;
  const { user, password } = connectionFromEnvironment(options.url, env) ?? {};
  if (user === undefined || password === undefined) {
    throw new IntegrateDbError("IDB1309", "The command line has no credentials for the relay.");
  }
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

function number(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("It is a number from 1 on.");
  return Number(text);
}
