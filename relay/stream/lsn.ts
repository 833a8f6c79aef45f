/** The form in which Postgres writes a position in its WAL, as `0/16B3748`. */
export function formatLsn(lsn: bigint): string {
  const high = (lsn >> 32n).toString(16).toUpperCase();
  const low = (lsn & 0xffffffffn).toString(16).toUpperCase();
  return `${high}/${low}`;
}

/** @throws RangeError if the text is not a position in the WAL */
export function parseLsn(text: string): bigint {
  const parts = /^([0-9a-fA-F]{1,8})\/([0-9a-fA-F]{1,8})$/.exec(text);
  if (!parts) throw new RangeError(`not an LSN: ${text}`);
  return (BigInt(`0x${parts[1]}`) << 32n) | BigInt(`0x${parts[2]}`);
}
