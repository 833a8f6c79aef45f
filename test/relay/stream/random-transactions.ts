/** Transactions of inserts into `orders (id int, note text)` with savepoints that come and go. */
export function randomTransactions(seed: number): { statements: string[]; count: number } {
  const random = numbers(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const statements: string[] = [];
  let nextId = 0;
  let count = 0;
  for (let transaction = 0; transaction < 8; transaction++) {
    // Rows written at each level of savepoints that is open.
    const levels = [0];
    statements.push("BEGIN");
    for (let step = 0; step < 40; step++) {
      const choice = below(10);
      const top = levels.length - 1;
      if (choice < 5) {
        const rows = 1 + below(300);
        statements.push(
          `INSERT INTO orders SELECT id, repeat('x', 90) FROM generate_series(${nextId}, ${nextId + rows - 1}) id`,
        );
        nextId += rows;
        levels[top] = (levels[top] as number) + rows;
      } else if (choice < 7) {
        statements.push(`SAVEPOINT s${levels.length}`);
        levels.push(0);
      } else if (top > 0) {
        const target = 1 + below(top);
        const rows = levels.splice(target).reduce((sum, each) => sum + each);
        statements.push(`${choice < 9 ? "ROLLBACK TO" : "RELEASE"} s${target}`);
        if (choice < 9) levels.push(0);
        else levels[target - 1] = (levels[target - 1] as number) + rows;
      }
    }
    const isKept = below(5) > 0 || transaction === 7;
    statements.push(isKept ? "COMMIT" : "ROLLBACK");
    if (isKept) count += levels.reduce((sum, each) => sum + each);
  }
  return { statements, count };
}

/** The same numbers from 0 to 1 for the same seed (a linear congruential generator). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
