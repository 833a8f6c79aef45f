const started = performance.now();

/** Says on standard error what is going on, so that standard output holds the result alone. */
export function note(text: string): void {
  const seconds = Math.round((performance.now() - started) / 1_000);
  process.stderr.write(`[${String(seconds).padStart(3)} s] ${text}\n`);
}
