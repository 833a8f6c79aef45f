import { fieldsOf, migrate, noClaimStored, orders, put, putRefused } from "./build.ts";
import type { Scenario } from "./scenario.ts";

const path = "public.orders";
const enable = "ALTER TABLE public.orders ENABLE ROW LEVEL SECURITY";
const hidden = [{ path, field: null, problem: "row security" as const }];
const policy = (rest: string) => `CREATE POLICY readers ON public.orders ${rest}`;

/** Row security with these policies, turned on under a claim. */
function secured(
  name: string,
  verdict: "accepted" | "refused",
  ...policies: readonly string[]
): Scenario {
  return {
    name,
    rules: ["F24"],
    roles: ["team", "strangers"],
    setup: [orders, "INSERT INTO public.orders VALUES (1, 'new')"],
    claims: [put(fieldsOf(path, "id"))],
    ...migrate(verdict, enable, ...policies),
    ...(verdict === "refused" ? { unmet: hidden } : {}),
    readable: { reporter: ["SELECT 1 / count(*) FROM (SELECT id FROM public.orders) AS rows"] },
  };
}

/** F24: row security that takes the data away. */
export const rowSecurity: readonly Scenario[] = [
  secured("row security without a policy is refused", "refused"),
  secured("row security with a policy for everybody passes", "accepted", policy("USING (true)")),
  secured(
    "row security with a policy for the stakeholder passes",
    "accepted",
    policy("FOR SELECT TO @reporter USING (id > 0)"),
  ),
  secured(
    "row security with a policy for a role that the stakeholder is a member of passes",
    "accepted",
    "GRANT @team TO @reporter",
    policy("FOR SELECT TO @team USING (true)"),
  ),
  secured(
    "row security with a policy for others only is refused",
    "refused",
    policy("TO @strangers USING (true)"),
  ),
  secured(
    "row security with a policy for those who write only is refused",
    "refused",
    policy("FOR INSERT WITH CHECK (true)"),
    "CREATE POLICY writers ON public.orders FOR UPDATE USING (true)",
  ),
  secured(
    "row security with a restrictive policy only is refused",
    "refused",
    policy("AS RESTRICTIVE USING (true)"),
  ),
  secured(
    "row security with a restrictive policy beside a permissive one passes",
    "accepted",
    policy("AS RESTRICTIVE USING (true)"),
    "CREATE POLICY everybody ON public.orders FOR ALL USING (true)",
  ),
  secured(
    "row security that is turned on and off again passes",
    "accepted",
    "ALTER TABLE public.orders DISABLE ROW LEVEL SECURITY",
  ),
  {
    name: "the last policy that lets a stakeholder read cannot be dropped or given to others",
    rules: ["F24"],
    roles: ["strangers"],
    setup: [orders, enable, policy("USING (true)")],
    claims: [put(fieldsOf(path, "*"))],
    ...migrate("refused", "DROP POLICY readers ON public.orders"),
    unmet: hidden,
    then: [
      {
        ...migrate("refused", "ALTER POLICY readers ON public.orders TO @strangers"),
        unmet: hidden,
      },
      migrate(
        "accepted",
        "DROP POLICY readers ON public.orders",
        policy("TO @reporter USING (true)"),
      ),
      migrate(
        "accepted",
        "DROP POLICY readers ON public.orders",
        "ALTER TABLE public.orders DISABLE ROW LEVEL SECURITY",
      ),
    ],
  },
  {
    name: "a membership through which a stakeholder reads rows cannot be revoked",
    rules: ["F24"],
    roles: ["team"],
    setup: [orders],
    claims: [put(fieldsOf(path, "id"))],
    ...migrate("accepted", "GRANT @team TO @reporter", enable, policy("TO @team USING (true)")),
    then: [{ ...migrate("refused", "REVOKE @team FROM @reporter"), unmet: hidden }],
  },
  {
    name: "a policy that was made for one stakeholder does not serve another",
    rules: ["F24"],
    setup: [orders],
    claims: [
      put(fieldsOf(path, "id")),
      { stakeholder: "auditor", claim: "orders", spec: fieldsOf(path, "id") },
    ],
    ...migrate("refused", enable, policy("TO @auditor USING (true)")),
    unmet: [
      { stakeholder: "@reporter", claim: "orders", ...(hidden[0] as (typeof hidden)[number]) },
    ],
  },
  {
    name: "a claim on a table that row security hides is refused when it is put",
    rules: ["F24", "K7"],
    setup: [orders, enable],
    claims: [
      putRefused(fieldsOf(path, "id"), { message: /row/i }),
      putRefused(fieldsOf(path, "*"), { message: /row/i }),
    ],
    asked: [noClaimStored],
  },
  {
    name: "a claim that only needs the table, or only if it can, is not about rows",
    rules: ["F24", "K4", "K9"],
    setup: [orders],
    claims: [
      put({ match: [{ path }] }),
      {
        stakeholder: "auditor",
        claim: "orders",
        spec: { match: [{ path, fields: ["id"], optional: true }] },
      },
    ],
    ...migrate("accepted", enable),
  },
  {
    name: "an alternative that row security hides is not met, another one can be",
    rules: ["F24", "K9"],
    setup: [orders, "CREATE TABLE public.purchases (id int)"],
    claims: [
      put({
        match: [
          {
            alternatives: [
              { path, fields: ["id"] },
              { path: "public.purchases", fields: ["id"] },
            ],
          },
        ],
      }),
    ],
    ...migrate("accepted", enable),
    then: [
      {
        ...migrate("refused", "DROP TABLE public.purchases"),
        unmet: [...hidden, { path: "public.purchases", field: null, problem: "missing table" }],
      },
    ],
  },
  {
    name: "row security hides the rows of a table without columns too",
    rules: ["F24", "F18"],
    setup: ["CREATE TABLE public.orders ()"],
    claims: [put(fieldsOf(path, "*"))],
    readable: { reporter: ["SELECT count(*) FROM public.orders"] },
    ...migrate("refused", enable),
    unmet: hidden,
  },
  {
    name: "a view stays readable when row security comes to the table below",
    rules: ["F24", "F18"],
    setup: [orders, "CREATE VIEW public.ids AS SELECT id FROM public.orders"],
    claims: [put(fieldsOf("public.ids", "id"))],
    ...migrate("accepted", enable),
    readable: { reporter: ["SELECT id FROM public.ids"] },
  },
  {
    name: "a table that is hidden is told together with the columns that it lacks",
    rules: ["F24", "K10"],
    setup: [orders],
    claims: [put(fieldsOf(path, "id", "note"))],
    ...migrate("refused", enable, "ALTER TABLE public.orders DROP COLUMN note"),
    unmet: [...hidden, { path, field: "note", problem: "missing column" }],
  },
];
