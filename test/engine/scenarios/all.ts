import { columns } from "./columns.ts";
import { definitions } from "./definitions.ts";
import { existence } from "./existence.ts";
import { grants } from "./grants.ts";
import { identifiers } from "./identifiers.ts";
import { lostGrants } from "./lost-grants.ts";
import { migrations } from "./migrations.ts";
import { policies } from "./policy.ts";
import { ratchet } from "./ratchet.ts";
import { relations } from "./relations.ts";
import { rowSecurity } from "./row-security.ts";
import type { Scenario } from "./scenario.ts";
import { specFormat } from "./spec-format.ts";
import { stakeholders } from "./stakeholders.ts";
import { types } from "./types.ts";
import { unvalidated } from "./unvalidated.ts";

/** The whole table of scenarios, by theme. */
export const themes: Readonly<Record<string, readonly Scenario[]>> = {
  "the format of a spec": specFormat,
  "what must exist": existence,
  identifiers,
  "the ratchet": ratchet,
  grants,
  "changes that nobody validated": unvalidated,
  "lost grants": lostGrants,
  stakeholders,
  types,
  "definitions of types": definitions,
  "kinds of tables": relations,
  columns,
  "row security": rowSecurity,
  migrations,
  policy: policies,
};

export const scenarios: readonly Scenario[] = Object.values(themes).flat();
