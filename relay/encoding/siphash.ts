/** The secret of a keyed hash, 128 bits as four little-endian words. */
export type SipKey = Int32Array;

/** @param secret 16 bytes */
export function sipKeyOf(secret: Uint8Array): SipKey {
  if (secret.length !== 16) throw new RangeError(`a key of 16 bytes, not ${secret.length}`);
  const view = new DataView(secret.buffer, secret.byteOffset, 16);
  return Int32Array.from([0, 4, 8, 12], (at) => view.getInt32(at, true));
}

/**
 * SipHash-2-4 of `bytes` from `start` to `end`: a keyed hash that cannot be inverted or extended
 * without the key, and that costs a tenth of an HMAC for values of a few bytes.
 *
 * https://www.aumasson.jp/siphash/siphash.pdf
 *
 * @returns 64 bits in base64url, 11 characters
 */
export function sipHash(key: SipKey, bytes: Uint8Array, start: number, end: number): string {
  const k0 = key[0] as number;
  const k1 = key[1] as number;
  const k2 = key[2] as number;
  const k3 = key[3] as number;
  // Each of the four 64-bit lanes is a low and a high word.
  let al = k0 ^ 0x70736575;
  let ah = k1 ^ 0x736f6d65;
  let bl = k2 ^ 0x6e646f6d;
  let bh = k3 ^ 0x646f7261;
  let cl = k0 ^ 0x6e657261;
  let ch = k1 ^ 0x6c796765;
  let dl = k2 ^ 0x79746573;
  let dh = k3 ^ 0x74656462;

  const length = end - start;
  const blocks = length >>> 3;
  // The blocks of the message, the last of which holds its length, and then the finalisation.
  for (let block = 0; block <= blocks + 1; block++) {
    let ml = 0;
    let mh = 0;
    let rounds = 2;
    if (block < blocks) {
      const at = start + 8 * block;
      ml = word(bytes, at);
      mh = word(bytes, at + 4);
    } else if (block === blocks) {
      const at = start + 8 * block;
      for (let left = (length & 7) - 1; left >= 0; left--) {
        const byte = bytes[at + left] as number;
        if (left >= 4) mh = (mh << 8) | byte;
        else ml = (ml << 8) | byte;
      }
      mh |= length << 24;
    } else {
      cl ^= 0xff;
      rounds = 4;
    }
    dl ^= ml;
    dh ^= mh;
    for (let round = 0; round < rounds; round++) {
      let low = (al + bl) | 0;
      ah = (ah + bh + carry(low, al)) | 0;
      al = low;
      let swap = (bl << 13) | (bh >>> 19);
      bh = ((bh << 13) | (bl >>> 19)) ^ ah;
      bl = swap ^ al;
      swap = al;
      al = ah;
      ah = swap;

      low = (cl + dl) | 0;
      ch = (ch + dh + carry(low, cl)) | 0;
      cl = low;
      swap = (dl << 16) | (dh >>> 16);
      dh = ((dh << 16) | (dl >>> 16)) ^ ch;
      dl = swap ^ cl;

      low = (al + dl) | 0;
      ah = (ah + dh + carry(low, al)) | 0;
      al = low;
      swap = (dl << 21) | (dh >>> 11);
      dh = ((dh << 21) | (dl >>> 11)) ^ ah;
      dl = swap ^ al;

      low = (cl + bl) | 0;
      ch = (ch + bh + carry(low, cl)) | 0;
      cl = low;
      swap = (bl << 17) | (bh >>> 15);
      bh = ((bh << 17) | (bl >>> 15)) ^ ch;
      bl = swap ^ cl;
      swap = cl;
      cl = ch;
      ch = swap;
    }
    al ^= ml;
    ah ^= mh;
  }
  return base64url(al ^ bl ^ cl ^ dl, ah ^ bh ^ ch ^ dh);
}

function word(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

/** What is carried out of a sum of 32 bits, by one of its terms. */
function carry(sum: number, term: number): 0 | 1 {
  return sum >>> 0 < term >>> 0 ? 1 : 0;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const pairs = Array.from(alphabet, (first) => Array.from(alphabet, (next) => first + next)).flat();

/** The number, from its most significant bit on. */
function base64url(low: number, high: number): string {
  return (
    (pairs[high >>> 20] as string) +
    (pairs[(high >>> 8) & 0xfff] as string) +
    (pairs[((high & 0xff) << 4) | (low >>> 28)] as string) +
    (pairs[(low >>> 16) & 0xfff] as string) +
    (pairs[(low >>> 4) & 0xfff] as string) +
    alphabet[(low & 0xf) << 2]
  );
}
