/** What the program gets for the notification; `url` is the reporter's. */
export function notificationOf(url: string): string {
  return `new integratedb.Notification("reporter-orders", {
  stakeholder: reporter,
  match: [{ path: "public.orders", fields: ["id", "status"] }],
  channels: { hook: { type: "webhook", url: "${url}" } },
});
`;
}

/** The program of examples/shop with a notification, and with what a relay needs to be let in. */
export function notifyingProgram(program: string, notification: string): string {
  const connection = /^ {2}connection: .*\n/m;
  if (!connection.test(program)) throw new Error("the program is not as it was");
  return [
    program.replace(connection, (line) => `${line}  relayRoles: ["relay"],\n`),
    notification,
    "export const relayKey = shop.relayKey;\n",
  ].join("\n");
}
