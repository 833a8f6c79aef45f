import type { ErrorEntry } from "./entry.ts";

/** 41xx: channels and delivery. */
export const channelErrors = {
  IDB4101: {
    title: "An event is a dead letter",
    meaning:
      "A receiver refused the event for good (a webhook with 400, 409, 413, 414, 422 or 431), or did not take it within give_up_after_seconds. It is kept with its reason and its tries, and nothing waits for it.",
    remedy:
      "`integratedb dlq list` and `dlq show` say why. Mend the receiver, then `dlq redrive` sends it again; `dlq discard` gives it up.",
  },
  IDB4102: {
    title: "The spool is full",
    meaning:
      "Channels that fail, or are slower than what comes, have used up what the spool may take (INTEGRATEDB_RELAY_SPOOL_LIMIT_MB). The relay reads nothing more, for any channel, until there is room, and the slot holds WAL. Nothing is dropped.",
    remedy:
      "`integratedb channels` names the channel that fails: mend its receiver, or remove the channel. With enough disk, raise the limit.",
  },
  IDB4103: {
    title: "A channel may not reach its address",
    meaning:
      "The channel's host is, or resolves to, an address of the relay's own machine, a link-local one, or one where a cloud hands out credentials. Its events wait in the spool.",
    remedy:
      "Correct the channel's address. If it is meant, the relay's operator adds it to INTEGRATEDB_RELAY_ALLOW_ADDRESSES.",
  },
  IDB4104: {
    title: "The spool cannot be used",
    meaning:
      "The relay could not read or write its tables in the database: the connection is lost, the disk is full, or a right is missing. It tries again every few seconds, and confirms nothing meanwhile.",
    remedy:
      "See the reason in the message. Missing rights come back with SELECT integratedb.grant_relay('…').",
  },
  IDB4105: {
    title: "A receiver takes nothing",
    meaning:
      "For more than a second no event has reached the receiver of a channel: there is no answer, none in time, a redirect, or one such as 401, 404, 429 or 500. The relay tries again, later and later, up to every half a minute and as Retry-After asks. Its events wait in the spool, and no other channel waits for them.",
    remedy:
      "See the reason: mend the receiver, or the options of the channel. What waited is then delivered in order; what waits for longer than give_up_after_seconds goes to the dead letters.",
  },
  IDB4106: {
    title: "A change could not be made an event",
    meaning:
      "The relay could not write one change as an event, or not judge the condition of a notification for it: a value that it does not understand, an event that is too large even without its large values, or a fault of the relay. The change is a dead letter of each channel that it is for, with the id of its event, its table and, where the receiver may read it, its key, and with the kind of error and the columns, never their values. The stream goes on.",
    remedy:
      "`integratedb dlq show` names the table, the key and the columns. Tell the receiver to read the row from the database, `dlq discard` the dead letter, and report the fault; there is no event that a redrive could send.",
  },
  IDB4107: {
    title: "The relay cannot open a channel",
    meaning:
      "The channel is of a type that this relay does not have, has options that it cannot use, or a secret that was sealed to another key. Its events wait in the spool.",
    remedy:
      "Put the notification again, with what the reason names corrected: that seals its secrets to the key that is in use. Upgrade a relay that is older than the engine.",
  },
  IDB4108: {
    title: "A channel's row is gone",
    meaning:
      "The channel's row was deleted from integratedb.channel by hand, and with it what it had in the spool. The relay gives up what it still had for it, so that nothing holds the slot.",
    remedy:
      "Put the notification again, which makes the channel anew from then on. Remove channels with `integratedb.delete_notification`, which lets them deliver what they have.",
  },
  IDB4120: {
    title: "A broker does not answer",
    meaning:
      "The server of a channel refused the connection, could not be found, or took too long. Its events wait in the spool.",
    remedy: "Check the server, its address and TLS, and that no firewall stands between.",
  },
  IDB4121: {
    title: "A broker denies the login",
    meaning: "The server of a channel refused the user, the password, or what the user may do.",
    remedy: "Check the channel's login, and that it may write to the channel's destination.",
  },
  IDB4122: {
    title: "The destination does not exist",
    meaning: "The server of a channel has no such stream, queue, topic or exchange.",
    remedy: "Make it on the server, or correct the options of the channel.",
  },
  IDB4123: {
    title: "An event is too large",
    meaning:
      "The server of a channel does not take messages of that size. The event is among the dead letters.",
    remedy:
      "Raise the server's limit and redrive the event, or leave large columns out of the notification.",
  },
  IDB4124: {
    title: "A broker refuses events",
    meaning:
      "The server of a channel is there and takes no events for the reason in the message, such as a full disk. They wait in the spool.",
    remedy: "Mend what the message names.",
  },
  IDB4160: {
    title: "A receiver's credentials are wrong",
    meaning: "The user, password or token of a socket's receiver is missing or wrong.",
    remedy:
      "Connect with the stakeholder's own user and password of the database, or with the channel's token where it has one.",
  },
  IDB4161: {
    title: "Not this receiver's channel",
    meaning:
      "There is no such socket channel, or the login is not the stakeholder's, or a page of another origin tries to connect.",
    remedy:
      "Check the names in the path, and connect with a login of that stakeholder, not from a page of another site.",
  },
  IDB4162: {
    title: "A cursor that is none",
    meaning: "The cursor, or Last-Event-ID, is neither the id of an event nor `oldest`.",
    remedy: "Give the `id` of the last event that was handled, percent-encoded in a URL.",
  },
  IDB4163: {
    title: "What a receiver has missed is no longer kept",
    meaning: "Events after the cursor are older than the channel's retention_hours and gone.",
    remedy:
      "Read the tables anew, then go on with the cursor in `oldest`; raise retention_hours if receivers are away for longer.",
  },
  IDB4164: {
    title: "Too many wrong passwords",
    meaning: "A receiver's address has tried more wrong passwords than is allowed in a minute.",
    remedy: "Wait a minute, and correct the password.",
  },
  IDB4165: {
    title: "Too many receivers",
    meaning:
      "As many receivers as are allowed are connected to the channel or to the relay, or it is stopping.",
    remedy:
      "Close connections that are not needed, or connect to another relay; every relay serves every channel.",
  },
  IDB4166: {
    title: "The relay cannot check a receiver now",
    meaning: "The database could not be asked whether the receiver may connect.",
    remedy: "Try again after the seconds in Retry-After; look at the database if it stays so.",
  },
  IDB4167: {
    title: "Not a socket",
    meaning: "The path is not that of a socket channel, or the method is not GET.",
    remedy: "GET /events/<stakeholder>/<notification>/<channel>, with each name percent-encoded.",
  },
  IDB4168: {
    title: "Events for a socket could not be kept",
    meaning: "The relay could not write to integratedb.socket_event; it tries again.",
    remedy: "Look at the database: whether it can be reached, and has room.",
  },
  IDB4169: {
    title: "The database asks a receiver for no password",
    meaning:
      "A receiver of a socket without a token shows user and password of the database. The database let the user in without asking for the password (pg_hba.conf has `trust`, `peer` or `cert` for connections of the relay), so that any password would do. Nobody is served.",
    remedy:
      "Set scram-sha-256 in pg_hba.conf for connections that come from the relay, or give the channel a token.",
  },
} as const satisfies Record<string, ErrorEntry>;
