/** An error for whoever runs the relay: a stable code, and what to do is in docs/reference-errors.md. */
export class RelayError extends Error {
  readonly code: string;

  /** @param problem what was expected and found, without secrets */
  constructor(code: string, problem: string) {
    super(`${code} ${problem}`);
    this.name = "RelayError";
    this.code = code;
  }
}
