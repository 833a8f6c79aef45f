// Loaded before a relay: makes its encoder fail for rows that hold the word.
import { RowObject } from "../../../relay/encoding/row-object.ts";

const write = RowObject.prototype.write;

RowObject.prototype.write = function (row, columns, known) {
  for (const { place } of columns) {
    const start = row.starts[place] ?? 0;
    const value = row.bytes.toString("utf8", start, start + (row.lengths[place] ?? 0));
    if (value === "malformed") throw new TypeError(`cannot encode ${value}`);
  }
  write.call(this, row, columns, known);
};
