import type { ErrorEntry } from "./entry.ts";

/** 13xx: the command `integratedb`. */
export const commandErrors = {
  IDB1301: {
    title: "Command line wrong",
    meaning: "The command does not exist, or does not take the option or argument.",
    remedy: "Run `integratedb --help`, or `integratedb <command> --help`.",
  },
  IDB1302: {
    title: "No database named",
    meaning: "Neither --url, nor DATABASE_URL, nor any of the PG* variables is set.",
    remedy: "Set DATABASE_URL, or PGHOST, PGUSER, PGPASSWORD and PGDATABASE.",
  },
  IDB1303: {
    title: "Engine in use",
    meaning: "Uninstalling would drop stakeholders that are registered, and their access.",
    remedy: "Run `integratedb uninstall --yes` if that is what you want.",
  },
  IDB1304: {
    title: "A relay key is set already",
    meaning: "Secrets that were sealed to that key can be opened only with its private half.",
    remedy:
      "Use the private half that was printed when it was made, or run `integratedb keygen --replace` and put every notification that has secrets again.",
  },
  IDB1305: {
    title: "No secret to seal",
    meaning: "The standard input held no secret.",
    remedy: 'Pipe the secret in: `printf %s "$SECRET" | integratedb seal`.',
  },
  IDB1306: {
    title: "No dead letters named",
    meaning: "The command changes dead letters, and its options name none of them.",
    remedy: "Give --id, --stakeholder, --notification or --channel, or --all.",
  },
  IDB1307: {
    title: "There is no such dead letter",
    meaning: "It was redriven or discarded meanwhile, or never was there.",
    remedy: "Run `integratedb dlq list`.",
  },
  IDB1308: {
    title: "The slot is not lost",
    meaning: "A gap is accepted only for a slot that the server has lost, and that a relay knew.",
    remedy: "Run `integratedb channels`, and look at the relay's log for its reason to stop.",
  },
  IDB1309: {
    title: "No relay or no login named",
    meaning: "Following events needs the relay's address and the credentials of the stakeholder.",
    remedy:
      "Give --relay or set INTEGRATEDB_RELAY_URL; set DATABASE_URL to the stakeholder's URL, or INTEGRATEDB_TOKEN to the channel's token.",
  },
  IDB1310: {
    title: "Relay unreachable",
    meaning: "Nothing that is a relay answered at its address.",
    remedy: "Check the address, that the relay runs, and that no firewall stands between.",
  },
  IDB1311: {
    title: "Relay refused the login",
    meaning: "The relay does not know the user, the password or the token.",
    remedy: "Use the stakeholder's current credentials, or the token of the channel.",
  },
  IDB1312: {
    title: "No such socket channel",
    meaning:
      "The stakeholder has no such notification, its channel is not of type socket, or the login may not receive its events.",
    remedy: "Run `integratedb notifications` as the owner of the engine to see what there is.",
  },
  IDB1313: {
    title: "Events cannot be gone on from there",
    meaning: "What was given with --after is no id of an event, or what came after it is not kept.",
    remedy:
      "Give the id of an event that is still kept, or `oldest`; read from the tables what was missed.",
  },
  IDB1314: {
    title: "No secrets for the relay",
    meaning:
      "The manifests of a relay hold its database URL and its key, which are not set or have the wrong form.",
    remedy:
      "Set INTEGRATEDB_RELAY_DATABASE_URL and INTEGRATEDB_RELAY_KEY, or each with _FILE at its end to the name of a file, or name with --existing-secret a Secret that has them.",
  },
} as const satisfies Record<string, ErrorEntry>;
