/** Why a receiver is not served; each code is explained in docs/reference-errors.md. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly problem: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The id of the oldest event that can be gone on from. */
  readonly oldest?: string;
}

const challenge = { "www-authenticate": 'Basic realm="integratedb", Bearer' };

export const refusals = {
  wrongLogin: {
    status: 401,
    code: "IDB4160",
    problem: "the user, password or token is missing or wrong",
    headers: challenge,
  },
  notTheirs: {
    status: 403,
    code: "IDB4161",
    problem: "there is no such socket channel, or this login may not receive its events",
  },
  foreignOrigin: {
    status: 403,
    code: "IDB4161",
    problem: "pages of other origins may not connect",
  },
  unprotected: {
    status: 403,
    code: "IDB4169",
    problem: "the database asks this login for no password, so that one proves nothing",
  },
  malformedCursor: {
    status: 400,
    code: "IDB4162",
    problem: "the cursor is neither the id of an event nor `oldest`",
  },
  tooManyTries: {
    status: 429,
    code: "IDB4164",
    problem: "too many wrong passwords from this address",
    headers: { "retry-after": "60" },
  },
  tooManyReceivers: {
    status: 503,
    code: "IDB4165",
    problem: "too many receivers are connected",
    headers: { "retry-after": "10" },
  },
  later: {
    status: 503,
    code: "IDB4166",
    problem: "the database cannot be asked at the moment",
    headers: { "retry-after": "5" },
  },
  notFound: {
    status: 404,
    code: "IDB4167",
    problem: "the path is not /events/<stakeholder>/<notification>/<channel>",
  },
  notGet: {
    status: 405,
    code: "IDB4167",
    problem: "only GET is served here",
    headers: { allow: "GET" },
  },
} as const satisfies Record<string, Refusal>;

/** That what the receiver has missed is no longer kept. */
export function cursorIsGone(oldest: string): Refusal {
  const problem = "events after the cursor are no longer kept";
  return { status: 410, code: "IDB4163", problem, oldest };
}

export function refusalBody({ code, problem, oldest }: Refusal): string {
  return `${JSON.stringify({ code, problem, oldest })}\n`;
}
