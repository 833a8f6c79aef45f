/**
 * The exit codes of the command `integratedb`. Scripts depend on them: a number never changes its
 * meaning. `docs/reference-cli.md` is generated from this table.
 */
export const exitCodes = {
  ok: { code: 0, meaning: "Done, and nothing was found that needs work." },
  found: {
    code: 1,
    meaning:
      "The command did its work and found something: unmet claims, drift, dead letters, or channels that fail.",
  },
  usage: {
    code: 2,
    meaning: "The command line is wrong, or it names no database. Nothing was changed.",
  },
  database: {
    code: 3,
    meaning:
      "The database cannot be used: it cannot be reached, refuses the login, went away, takes no changes (read-only), or the login lacks a right.",
  },
  engine: {
    code: 4,
    meaning:
      "The engine is not installed, is newer than this command, or the server is too old for it.",
  },
  failed: { code: 5, meaning: "Any other failure. What was begun was rolled back." },
  relay: {
    code: 6,
    meaning: "The relay cannot be used: it cannot be reached, or refuses what is asked of it.",
  },
} as const;

export type ExitName = keyof typeof exitCodes;
