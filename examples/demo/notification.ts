/** What the program gets for the notification; `url` is the reporter's. */
export function notificationOf(url: string): string {
  return `new integratedb.Notification("reporter-orders", {
  stakeholder: reporter,
  match: [{ path: "public.orders", fields: ["id", "status"] }],
  channels: { hook: { type: "webhook", url: "${url}" } },
});
`;
}
