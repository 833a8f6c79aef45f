import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** A certificate and its private key, as PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/**
 * Makes a certificate for 127.0.0.1 that is signed by itself and valid from an hour ago for a day,
 * with a key that nobody else has (RFC 5280, in DER).
 */
export function selfSignedCertificate(): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const signature = sequence(oid("2a8648ce3d040302")); // ecdsa-with-SHA256
  const name = sequence(der(0x31, sequence(oid("550403"), der(0x0c, Buffer.from("127.0.0.1")))));
  const hours = (count: number) => time(new Date(Date.now() + count * 3_600_000));
  const extensions = [
    // basicConstraints: an authority, as who signs is; and subjectAltName, an address.
    sequence(
      oid("551d13"),
      der(0x01, Buffer.from([0xff])),
      octets(sequence(der(0x01, Buffer.from([0xff])))),
    ),
    sequence(oid("551d11"), octets(sequence(der(0x87, Buffer.from([127, 0, 0, 1]))))),
  ];
  const certificate = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))), // version 3
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    signature,
    name,
    sequence(hours(-1), hours(23)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(...extensions)),
  );
  const signed = der(0x03, Buffer.from([0]), sign("sha256", certificate, privateKey));
  return {
    certificate: pem("CERTIFICATE", sequence(certificate, signature, signed)),
    key: String(privateKey.export({ type: "pkcs8", format: "pem" })),
  };
}

/** A value of ASN.1: its tag, its length, and what it holds. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const long = length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  const lengthBytes = length < 128 ? [length] : long;
  return Buffer.concat([Buffer.from([tag, ...lengthBytes]), content]);
}

const sequence = (...parts: readonly Buffer[]) => der(0x30, ...parts);
const octets = (content: Buffer) => der(0x04, content);
const oid = (hex: string) => der(0x06, Buffer.from(hex, "hex"));

/** UTCTime, to the second. */
function time(date: Date): Buffer {
  const digits = date.toISOString().replaceAll(/\D/g, "").slice(2, 14);
  return der(0x17, Buffer.from(`${digits}Z`));
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
