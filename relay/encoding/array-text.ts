/** An array as Postgres has it; elements are text, null stands for NULL. */
export type ArrayItem = string | null | readonly ArrayItem[];

/**
 * Reads the text of an array: `{1,NULL,"a \"b\""}`, of more dimensions `{{1,2},{3,4}}`, with bounds
 * of its own `[0:1]={1,2}`. The bounds are not kept.
 *
 * https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
 *
 * @throws RangeError if it is none
 */
export function parseArray(text: string, delimiter: string): readonly ArrayItem[] {
  const reader = new ArrayReader(text, delimiter);
  const items = reader.list();
  reader.end();
  return items;
}

class ArrayReader {
  readonly #text: string;
  readonly #delimiter: string;
  #at: number;

  constructor(text: string, delimiter: string) {
    this.#text = text;
    this.#delimiter = delimiter;
    this.#at = text.startsWith("[") ? text.indexOf("=") + 1 : 0;
  }

  list(): ArrayItem[] {
    this.#expect("{");
    const items: ArrayItem[] = [];
    if (this.#text[this.#at] === "}") {
      this.#at++;
      return items;
    }
    for (;;) {
      items.push(this.#item());
      if (this.#text[this.#at] !== this.#delimiter) break;
      this.#at++;
    }
    this.#expect("}");
    return items;
  }

  end(): void {
    if (this.#at !== this.#text.length) this.#fail();
  }

  #item(): ArrayItem {
    const next = this.#text[this.#at];
    if (next === "{") return this.list();
    if (next === '"') return this.#quoted();
    const start = this.#at;
    while (!this.#endsItem()) this.#at++;
    const bare = this.#text.slice(start, this.#at);
    // Postgres writes the word NULL as an element only for NULL: as a text it has quotes.
    return bare === "NULL" ? null : bare;
  }

  #quoted(): string {
    let value = "";
    let from = ++this.#at;
    for (;;) {
      const next = this.#text[this.#at];
      if (next === undefined) this.#fail();
      if (next === '"') break;
      if (next === "\\") {
        value += this.#text.slice(from, this.#at);
        from = ++this.#at;
      }
      this.#at++;
    }
    value += this.#text.slice(from, this.#at++);
    return value;
  }

  #endsItem(): boolean {
    const next = this.#text[this.#at];
    if (next === undefined) this.#fail();
    return next === this.#delimiter || next === "}";
  }

  #expect(sign: string): void {
    if (this.#text[this.#at] !== sign) this.#fail();
    this.#at++;
  }

  #fail(): never {
    throw new RangeError(`not an array of Postgres, at character ${this.#at}`);
  }
}
