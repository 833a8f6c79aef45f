import type { ErrorEntry } from "./entry.ts";

/** 42xx: what receivers of events meet in @integratedb/events. */
export const receiverErrors = {
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
