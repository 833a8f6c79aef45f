/** One row of the registry: what a code means, and what its reader can do about it. */
interface ErrorEntry {
  readonly title: string;
  readonly meaning: string;
  readonly remedy: string;
}

/**
 * Every error that a user can cause, by its stable code. 10xx the server and the engine,
 * 11xx connecting, 12xx the inputs of Pulumi resources, 13xx the command `integratedb`, 14xx where a relay runs,
 * 15xx secret stores,
 * 20xx claims and policy, 21xx notifications, 30xx stakeholders and rights,
 * 40xx the start, slot and registry of the relay, 41xx channels and delivery, 42xx what receivers of
 * events meet in @integratedb/events. docs/reference-errors.md is
 * generated from here.
 */
export const errors = {
  IDB1001: {
    title: "The server is too old",
    meaning: "The engine needs PostgreSQL 14 or newer.",
    remedy: "Upgrade the server.",
  },
  IDB1002: {
    title: "The server is read-only",
    meaning: "The connection leads to a standby, or the transaction is read-only.",
    remedy: "Connect to the primary, with default_transaction_read_only off.",
  },
  IDB1003: {
    title: "The engine in the database is newer",
    meaning:
      "Another program has installed a newer version of the engine; an older one never replaces it.",
    remedy:
      "Upgrade @integratedb/pulumi in this program to the version in the database, or a newer one.",
  },
  IDB1004: {
    title: "A right is missing",
    meaning:
      "The login, or the role that owns the engine, lacks a right that this needs. The engine belongs to the owner of the schema integratedb.",
    remedy:
      "Run the statement in the message as the role that it names; without one, connect as the owner of the schema integratedb.",
  },
  IDB1005: {
    title: "The schema integratedb belongs to something else",
    meaning: "The database has a schema named integratedb that this engine did not make.",
    remedy: "Rename or drop that schema.",
  },
  IDB1101: {
    title: "Connection malformed",
    meaning: "A connection is neither a URL of Postgres nor an object of its parts.",
    remedy: "Correct the part that is named; percent-encode reserved characters in a URL.",
  },
  IDB1102: {
    title: "Server unreachable",
    meaning: "Nothing answered at the host and port of the connection.",
    remedy: "Check host and port, that the server runs, and that no firewall stands between.",
  },
  IDB1103: {
    title: "Password refused",
    meaning: "The server knows no such user, or not with this password.",
    remedy: "Check the user and the password of the connection.",
  },
  IDB1104: {
    title: "No such database",
    meaning: "The server has no database of the name in the connection.",
    remedy: "Check the name, or create the database first.",
  },
  IDB1105: {
    title: "TLS failed",
    meaning: "Server and client could not agree on TLS, or the certificate was not trusted.",
    remedy: "Check sslmode, the certificate authority (ssl.ca) and the server's name.",
  },
  IDB1106: {
    title: "Connection lost",
    meaning: "The server went away while it was working. Its transaction was rolled back.",
    remedy: "Run the same command again once the server is back.",
  },
  IDB1107: {
    title: "Server busy",
    meaning: "The server has no connection free, or is starting up or shutting down.",
    remedy: "Wait and try again, or raise max_connections.",
  },
  IDB1108: {
    title: "Client refused",
    meaning: "The server's pg_hba.conf does not admit this user from this address.",
    remedy: "Add an entry to pg_hba.conf, or set sslmode=require if only TLS is admitted.",
  },
  IDB1109: {
    title: "Still in conflict",
    meaning: "Other transactions held or changed the same objects at every attempt.",
    remedy: "End long-running transactions (see pg_stat_activity), then try again.",
  },
  IDB1110: {
    title: "Postgres error",
    meaning: "Postgres refused the operation for a reason that has no code of its own here.",
    remedy: "Read the message of Postgres, which is repeated in full.",
  },
  IDB1111: {
    title: "Engine not installed",
    meaning: "The database has no IntegrateDB engine, or one that lacks this function.",
    remedy: "Declare a Database for it, or run `integratedb install`.",
  },
  IDB1201: {
    title: "Input of a resource malformed",
    meaning:
      "A property of a Database, Stakeholder, Claim, Notification or relay has not the form that it must have.",
    remedy: "Correct the property that is named.",
  },
  IDB1202: {
    title: "Stakeholder file malformed",
    meaning: "A file of `stakeholdersFrom` has an unknown key or a value of the wrong form.",
    remedy: "Correct the file at the line and column that is named.",
  },
  IDB1203: {
    title: "Stakeholder already registered",
    meaning:
      "Something else registered a stakeholder of this name: a program, or a person by hand.",
    remedy: "Choose another name, or set `adopt: true` to manage that one from here.",
  },
  IDB1204: {
    title: "Database in use",
    meaning: "The engine cannot be removed while stakeholders of other programs are registered.",
    remedy:
      'Destroy their stacks first, or set `deletion: "cascade"` on the Database and run `up`.',
  },
  IDB1205: {
    title: "Claim already registered",
    meaning: "The stakeholder has a claim of this name, with other content, from something else.",
    remedy: "Choose another name, or set `adopt: true` to replace that claim.",
  },
  IDB1206: {
    title: "Notification already registered",
    meaning:
      "The stakeholder has a notification of this name, with other content, from something else.",
    remedy: "Choose another name, or set `adopt: true` to replace that notification.",
  },
  IDB1207: {
    title: "Relay already there",
    meaning: "The database has a login or a replication slot of this relay's name already.",
    remedy:
      "Choose another `slot`, or set `adopt: true` to manage the login and slot that are there from here.",
  },
  IDB1208: {
    title: "Events are undelivered",
    meaning:
      "Deleting the relay drops its slot and its login, and what it has not delivered yet would be lost.",
    remedy:
      'Let it deliver first, or mend the receiver that takes nothing (`integratedb channels`); or set `deletion: "drop"` on the relay, run `up`, and delete it then.',
  },
  IDB1209: {
    title: "Relay and engine do not fit",
    meaning: "The relay's image and the engine in the database are of different releases.",
    remedy:
      "Leave `image` out, or give the one of the engine's version; upgrade the package in the program that lags behind.",
  },
  IDB1210: {
    title: "The slot is held",
    meaning: "A slot that is read by another relay can be neither dropped nor read.",
    remedy:
      "Stop the relay that reads it, or give this one another `slot`. pg_stat_replication shows from where it is read.",
  },
  IDB1211: {
    title: "The relay's key is not known",
    meaning:
      "Secrets of channels are sealed to a key in the database, and only who made it has the private half that the relay needs.",
    remedy:
      "Give the relay's `key`: the `relayKey` of the stack that made it, or what `integratedb keygen` printed.",
  },
  IDB1231: {
    title: "A package of Pulumi is not installed",
    meaning:
      "The component is made of resources of another package, which only programs install that use it.",
    remedy: "Run the command in the message.",
  },
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
  IDB1401: {
    title: "No Docker Engine",
    meaning: "Nothing speaks the Docker Engine API where a relay's container is to run.",
    remedy:
      "Start Docker, or say where it is: the relay's `dockerHost`, or the variable DOCKER_HOST (unix:///path, tcp://host:port, ssh://user@host).",
  },
  IDB1402: {
    title: "No right to use Docker",
    meaning: "The user who runs Pulumi may not open the socket of the Docker Engine.",
    remedy:
      "Run Pulumi as a user of the group that owns the socket (usually docker), or give `dockerHost` of an engine that lets you in.",
  },
  IDB1403: {
    title: "Image not found",
    meaning: "The Docker Engine does not have the relay's image, and could not pull it.",
    remedy:
      "Correct `image`, give the `registry` login of a private one, or build or load it at that engine.",
  },
  IDB1404: {
    title: "The relay is not ready",
    meaning:
      "The relay's container was started and ended, or did not come to be ready in time. It was removed again; one that ran before goes on.",
    remedy:
      "See its log lines: a code IDB4… there is explained in this page. A host that cannot be reached from inside the container needs `databaseHost`.",
  },
  IDB1405: {
    title: "The container's name is taken",
    meaning: "The Docker Engine has a container of that name that this resource did not make.",
    remedy: "Choose another `name`, or remove that container.",
  },
  IDB1406: {
    title: "Docker refused",
    meaning: "The Docker Engine refused a request for a reason that has no code of its own here.",
    remedy: "Read the engine's message, which is repeated in full.",
  },
  IDB1407: {
    title: "The cluster refuses",
    meaning:
      "The cluster was asked whether it takes the objects of a relay, before any of them was made, and refuses one, or could not be asked.",
    remedy:
      "Mend what the message names, or change the argument that it is about, and run `up` again.",
  },
  IDB1501: {
    title: "The SDK of a store is not installed",
    meaning:
      "What talks to a secret store comes as a package of its own, which programs install that use the store.",
    remedy: "Install the package that is named, beside @integratedb/pulumi.",
  },
  IDB1502: {
    title: "A store does not take the credentials",
    meaning:
      "The SDK of the secret store has found no credentials, or ones that are wrong or have expired.",
    remedy:
      "Log in as the tools of that store want it, then run the same command again: what is done stays done.",
  },
  IDB1503: {
    title: "A right on a store is missing",
    meaning: "The secret store knows who asks, and does not let them do this to this entry.",
    remedy:
      "Give the identity the rights that docs/stores.md names, then run the same command again.",
  },
  IDB1504: {
    title: "A store does not answer",
    meaning:
      "The secret store cannot be reached, is too busy, or took longer than `timeoutSeconds`.",
    remedy:
      "Check address and network, and run the same command again: what is done stays done. Raise `timeoutSeconds` for a store that is slow.",
  },
  IDB1505: {
    title: "A name that the store does not allow",
    meaning: "Each secret store has rules of its own for the names of entries.",
    remedy: "Give the entry a name that keeps to the rule in the message.",
  },
  IDB1506: {
    title: "Too large for the store",
    meaning: "The content, in its layout, is larger than the secret store lets an entry be.",
    remedy: "Choose a layout that writes less, or a store or tier that holds more.",
  },
  IDB1507: {
    title: "The entry belongs to somebody else",
    meaning:
      "The secret store has an entry of this name that this stack did not make, or one that was deleted and can still be recovered.",
    remedy: "Set `adopt: true` to take it over and replace its content, or choose another name.",
  },
  IDB1508: {
    title: "A store refuses",
    meaning: "The secret store answered with an error of its own, which the message repeats.",
    remedy: "Correct what the store complains of, then run the same command again.",
  },
  IDB1509: {
    title: "The content was lost on its way",
    meaning:
      "The content of an entry is kept nowhere, and is handed over within one process; that process was another one by the time that it was needed.",
    remedy: "Run the same command again.",
  },
  IDB1510: {
    title: "A layout that the store cannot hold",
    meaning: "Some secret stores keep one text an entry, others texts by key.",
    remedy: "Return from the layout's function what the message asks for.",
  },
  IDB1511: {
    title: "The lease engine lacks a right",
    meaning:
      "The login with which Vault's database engine connects could not make logins for the stakeholder, or not get rid of them.",
    remedy:
      "Run the statement in the message as a superuser or as the engine's owner, then `up` again.",
  },
  IDB1512: {
    title: "A connection of the lease engine cannot be used",
    meaning:
      "The connection of Vault's database engine does not exist, leads elsewhere, does not allow the role, or sends passwords in the clear.",
    remedy: "Set the connection up in Vault as docs/temporary-credentials.md shows.",
  },
  IDB2001: {
    title: "The migration breaks a claim",
    meaning: "The schema as the migration leaves it does not meet what a stakeholder claims.",
    remedy: "Keep what is claimed, or have the stakeholder change its claim first.",
  },
  IDB2002: {
    title: "The database cannot meet the claim",
    meaning:
      "A table or column of the claim does not exist, or its shape is less than what is claimed.",
    remedy: "Correct the claim, or mark what may be missing as optional.",
  },
  IDB2003: {
    title: "The spec is malformed",
    meaning: "A claim's spec is not of the form that docs/concepts.md describes.",
    remedy: "Correct the place that the message names.",
  },
  IDB2004: {
    title: "The spec is too large",
    meaning: "A spec may have 1 MiB as JSON.",
    remedy: 'Claim whole tables with fields ["*"], or split the claim.',
  },
  IDB2005: {
    title: "Policy forbids the claim",
    meaning: "The database's owner has not allowed this stakeholder to claim that table or column.",
    remedy: "Claim other columns, or have the policy changed.",
  },
  IDB2006: {
    title: "There is no such stakeholder",
    meaning: "The stakeholder is not in the registry of this database.",
    remedy: "Declare the stakeholder first.",
  },
  IDB2007: {
    title: "Bad name for a claim",
    meaning: "The name of a claim has 1 to 128 characters.",
    remedy: "Choose another name.",
  },
  IDB2008: {
    title: "The policy is malformed",
    meaning: "A policy is not of the form that docs/concepts.md describes.",
    remedy: "Correct the place that the message names.",
  },
  IDB2009: {
    title: "The policy forbids what is claimed already",
    meaning: "Claims name columns that the new policy would forbid.",
    remedy: "Have these claims changed first.",
  },
  IDB2101: {
    title: "The spec of a notification is malformed",
    meaning: "The spec is not of the form that docs/concepts.md describes.",
    remedy: "Correct the place that the message names.",
  },
  IDB2102: {
    title: "A notification asks for what is not claimed",
    meaning: "An event carries only columns that a claim of the same stakeholder covers.",
    remedy: "Claim the table or column first, or leave it out of the notification.",
  },
  IDB2103: {
    title: "Changes of the table cannot be read",
    meaning:
      "The table or column does not exist, or is of a kind whose changes Postgres does not publish: a view, a foreign or unlogged table, one partition of a table, a generated column.",
    remedy: "Name the table that holds the rows, and columns that are stored in it.",
  },
  IDB2104: {
    title: "Updates and deletes cannot be told apart",
    meaning:
      "The table, or a partition of it, has no usable replica identity, or a row condition tests a column that is not part of it. Published all the same, updates would fail for those who write.",
    remedy: "Run the statement in the message, or ask for INSERT and TRUNCATE only.",
  },
  IDB2105: {
    title: "Row level security hides rows",
    meaning:
      "Row level security does not let the stakeholder read every row of the table, and events do not pass through it.",
    remedy:
      "Give the stakeholder a permissive policy for SELECT USING (true), or leave the table out.",
  },
  IDB2106: {
    title: "A row condition cannot be tested",
    meaning: "The column, the comparison or the value of a row condition does not fit the table.",
    remedy: "Correct the place that the message names.",
  },
  IDB2107: {
    title: "A channel is malformed",
    meaning:
      "The type of a channel is unknown, or an option of it, or a value is none that it takes.",
    remedy: "Correct the place that the message names; integratedb.channel_options() lists them.",
  },
  IDB2108: {
    title: "Not a key of a relay",
    meaning: "The public key of a relay is 32 bytes in base64url.",
    remedy: "Give the raw X25519 public key, without padding: 43 characters.",
  },
  IDB2109: {
    title: "The role cannot be a relay's",
    meaning: "A relay's role logs in and replicates, and is no stakeholder's.",
    remedy: "Run the statement in the message, then try again.",
  },
  IDB2110: {
    title: "No key to seal a secret to",
    meaning: "A channel has a secret, and no relay has said to which key it is to be sealed.",
    remedy:
      "Run `up` on the stack that declares the Database, run `integratedb keygen`, or call integratedb.set_relay_key().",
  },
  IDB2111: {
    title: "Bad name for a notification",
    meaning: "The name of a notification has 1 to 128 characters.",
    remedy: "Choose another name.",
  },
  IDB2112: {
    title: "The change breaks a notification",
    meaning:
      "A migration, a change of a claim or of the policy takes away what a notification names, or what its events need.",
    remedy: "Keep it, or have the stakeholder change its notification first.",
  },
  IDB3001: {
    title: "Bad name for a stakeholder",
    meaning:
      "A name has 1 to 32 letters, digits and underscores, does not start with a digit or pg_, and is not reserved.",
    remedy: "Choose another name.",
  },
  IDB3002: {
    title: "The role belongs to somebody else",
    meaning:
      "A role of that name exists and was not made for a stakeholder, or has rights that none must have.",
    remedy: "Choose another name, or take the role over with adopt.",
  },
  IDB3003: {
    title: "The schema belongs to somebody else",
    meaning: "A schema of that name exists and was not made for this stakeholder.",
    remedy: "Choose another name, or take the schema over with adopt.",
  },
  IDB3004: {
    title: "No name is free for a login",
    meaning: "The roles <stakeholder>_a to <stakeholder>_z all exist.",
    remedy: "Drop or rename roles that are not used.",
  },
  IDB3005: {
    title: "Not a SCRAM-SHA-256 verifier",
    meaning: "A login takes a verifier that the client computed, never a password.",
    remedy: "Compute the verifier on the client.",
  },
  IDB3007: {
    title: "Not allowed to this role",
    meaning:
      "The caller is neither the engine's owner nor an operator whose pattern covers the stakeholder.",
    remedy: "Have the owner run the statement in the hint.",
  },
  IDB3008: {
    title: "The engine's owner cannot grant it",
    meaning:
      "The role that owns the engine has no right to grant on the table, or to act for the role.",
    remedy: "Run the statement in the hint as the role that it names.",
  },
  IDB3009: {
    title: "The name is taken",
    meaning:
      "A stakeholder, role or schema of the new name exists, or the role is shared with another database.",
    remedy: "Choose another name.",
  },
  IDB3010: {
    title: "There is no such role or schema",
    meaning: "The role or schema that the program names does not exist.",
    remedy: "Make it first.",
  },
  IDB3011: {
    title: "Unknown or contradictory options",
    meaning: "An option of a stakeholder is not known, or differs from what the registry has.",
    remedy: "Correct the options.",
  },
  IDB3012: {
    title: "There are no credentials of that version",
    meaning: "A store is said to hold credentials that the stakeholder never had in this database.",
    remedy: "Run `up` again; by hand, give the version that integratedb.rotate_login() returned.",
  },
  IDB4001: {
    title: "A setting of the relay is missing or wrong",
    meaning:
      "An environment variable INTEGRATEDB_RELAY_… is not set, or has a value that it cannot have.",
    remedy: "Set the variables that are named; docs/reference-relay.md lists them all.",
  },
  IDB4002: {
    title: "The relay's key is another one",
    meaning:
      "Secrets of channels are sealed to a public key in the database, and the relay was given the private half of another.",
    remedy: "Give the relay the `relayKey` of the Database that is in use.",
  },
  IDB4010: {
    title: "The relay's slot is lost",
    meaning:
      "The server dropped or invalidated the replication slot, so that changes may be missing. The relay never makes a new one by itself, since nobody would know what was missed.",
    remedy:
      "Run `integratedb relay accept-gap`: the relay then makes a new slot and sends every channel an event of type integratedb.gap that names what was missed. Raise max_slot_wal_keep_size, or keep the relay running.",
  },
  IDB4011: {
    title: "The slot is not this relay's",
    meaning:
      "A replication slot of the relay's name exists that has another plug-in or database, or that no relay of this database has made.",
    remedy:
      "Give the relay another name of a slot (INTEGRATEDB_RELAY_SLOT), or drop the slot if nobody reads it.",
  },
  IDB4012: {
    title: "The relay's publication is missing",
    meaning:
      "The engine makes the publications integratedb and integratedb_insert; one of them is not there.",
    remedy:
      "Run SELECT integratedb.grant_relay(…) again as the owner of the engine: it makes them.",
  },
  IDB4013: {
    title: "The relay cannot make its slot",
    meaning: "wal_level is not logical, or all replication slots are in use.",
    remedy:
      "Set wal_level to logical (rds.logical_replication and the like on managed servers) and max_replication_slots high enough. `integratedb doctor` says what is missing.",
  },
  IDB4014: {
    title: "The relay's login lacks a right",
    meaning: "It needs REPLICATION, and what integratedb.grant_relay gives.",
    remedy:
      "Run ALTER ROLE … REPLICATION (on managed servers, grant their role for it, such as rds_replication), and SELECT integratedb.grant_relay('…').",
  },
  IDB4015: {
    title: "The relay's connection to the database broke",
    meaning:
      "The server cannot be reached, ended the connection, or has been silent for twice its wal_sender_timeout.",
    remedy:
      "Nothing, if it happens now and then: the relay connects again and goes on where it was. Else look at the server and at the network between.",
  },
  IDB4016: {
    title: "The relay does not understand the stream",
    meaning: "The server sent something that the plug-in pgoutput does not send.",
    remedy: "Check the version of the server (PostgreSQL 14 or newer), and report it.",
  },
  IDB4017: {
    title: "The publication is younger than what is to be read",
    meaning:
      "The server decodes each change with the catalog of its time, and at the slot's position the publication did not exist: it was dropped and made again.",
    remedy:
      "What was committed before the publication was made again cannot be delivered. Drop the slot (SELECT pg_drop_replication_slot('…')), then run `integratedb relay accept-gap`.",
  },
  IDB4018: {
    title: "The relay cannot write to its spill folder",
    meaning:
      "Large transactions are kept in a folder until they commit, and it is full, missing or not writable.",
    remedy:
      "Give the relay a writable folder (INTEGRATEDB_RELAY_SPILL_FOLDER) as large as the largest transaction, or set INTEGRATEDB_RELAY_STREAMING to off; nothing is lost, it reads the transaction again.",
  },
  IDB4019: {
    title: "The relay is connected to a standby",
    meaning: "It keeps its position and its spool in the database, which takes no writes.",
    remedy: "Connect it to the primary server.",
  },
  IDB4020: {
    title: "Another relay has taken over",
    meaning:
      "The position that this relay keeps in the database was moved by somebody else: another relay has had the slot meanwhile, as after a network that was cut for longer than the server waits. What this relay knows is not current any more.",
    remedy:
      "Nothing: it begins a new session, waits for the slot, and takes over where the other relay ends. If it comes again and again, two relays run with one slot's name on different servers, or somebody edits integratedb.relay_position.",
  },
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
  IDB4201: {
    title: "The body is too long",
    meaning: "A message to a receiver is longer than the receiver reads.",
    remedy: "Raise the limit of readBody if rows are that large; else it is not from the relay.",
  },
  IDB4202: {
    title: "Signature headers are missing",
    meaning:
      "webhook-id, webhook-timestamp or webhook-signature is missing, malformed or there twice.",
    remedy: "Give the channel a signing_secret, and check that no proxy takes the headers away.",
  },
  IDB4203: {
    title: "The signature is wrong",
    meaning: "No signature of the message fits one of the receiver's secrets.",
    remedy:
      "Check the secrets, and that the body is verified exactly as it was received; else it is not from the relay.",
  },
  IDB4204: {
    title: "Signed too long ago",
    meaning: "The message was signed more seconds ago, or ahead, than the tolerance.",
    remedy:
      "Set the clocks right. A message that was recorded and is sent again ends here as well.",
  },
  IDB4205: {
    title: "A secret that is none",
    meaning: "A receiver's secret is not whsec_ and bytes in base64, or there is none.",
    remedy: "Give the same text as in the channel's signing_secret.",
  },
  IDB4206: {
    title: "Not a form of CloudEvents",
    meaning: "Content type or ce- headers are none of those in which events are sent.",
    remedy: "Pass the headers of the message on as they are.",
  },
  IDB4207: {
    title: "JSON that is not taken",
    meaning: "The body is not UTF-8 or JSON, names a property twice, or is nested too deep.",
    remedy:
      "Raise `depth` if a column holds JSON that is nested that deep; else it is not from the relay.",
  },
  IDB4208: {
    title: "Not an event of IntegrateDB",
    meaning: "The JSON is not the event, or events, that schema/event.json describes.",
    remedy:
      "Upgrade @integratedb/events to the version of the relay; else it is not from the relay.",
  },
} as const satisfies Record<string, ErrorEntry>;

/** A stable code of the registry, such as `IDB1102`. */
export type ErrorCode = keyof typeof errors;

/** What an error can say beside its sentence; `remedy` defaults to the one of the registry. */
export interface ErrorDetails {
  readonly expected?: string | undefined;
  readonly found?: string | undefined;
  readonly remedy?: string | undefined;
  readonly cause?: unknown;
}

/**
 * An error that a user can cause and resolve. The message alone holds everything (code, what is
 * wrong, expected, found, what to do next), since Pulumi shows nothing else of an error.
 */
export class IntegrateDbError extends Error {
  readonly code: ErrorCode;
  /** The sentence that says what is wrong, without the rest of the message. */
  readonly problem: string;
  readonly expected?: string;
  readonly found?: string;
  readonly remedy: string;

  constructor(code: ErrorCode, problem: string, details: ErrorDetails = {}) {
    const remedy = details.remedy ?? errors[code].remedy;
    const clauses = [
      details.expected === undefined ? undefined : `Expected: ${details.expected}.`,
      details.found === undefined ? undefined : `Found: ${details.found}.`,
      remedy,
    ];
    const sentences = [problem, ...clauses.filter((clause) => clause !== undefined)];
    super(`${code} ${sentences.join(" ")}`, { cause: details.cause });
    this.name = "IntegrateDbError";
    this.code = code;
    this.problem = problem;
    if (details.expected !== undefined) this.expected = details.expected;
    if (details.found !== undefined) this.found = details.found;
    this.remedy = remedy;
  }
}

/** Whether a text, for instance from the DETAIL of a Postgres error, is a code of the registry. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errors, text);
}
