import { type LookupAddress, type LookupOptions, lookup as resolve } from "node:dns";
import { lookup as resolveAll } from "node:dns/promises";
import type { LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = readonly [Address, number];

/**
 * What no channel may reach unless the operator allows it: the relay's own machine, and addresses
 * where clouds hand out credentials to whoever asks. Private networks are where sinks live.
 */
const denied: readonly (readonly [range: string, what: string])[] = [
  ["0.0.0.0/8", "unspecified"],
  ["127.0.0.0/8", "loopback"],
  ["169.254.0.0/16", "link-local"],
  ["100.100.100.200/32", "a metadata service"],
  ["168.63.129.16/32", "a metadata service"],
  ["192.0.0.0/24", "a metadata service"],
  ["224.0.0.0/4", "multicast"],
  ["255.255.255.255/32", "broadcast"],
  ["::/128", "unspecified"],
  ["::1/128", "loopback"],
  ["fe80::/10", "link-local"],
  ["fec0::/10", "site-local"],
  ["fd00:ec2::/32", "a metadata service"],
  ["fd20:ce::/32", "a metadata service"],
  ["ff00::/8", "multicast"],
];

const deniedRanges = denied.map(([range, what]) => ({ range: ipaddr.parseCIDR(range), what }));

/** Forms of IPv6 that hold an IPv4 address, and at which byte. */
const embedding: readonly (readonly [range: Range, at: number])[] = [
  [ipaddr.parseCIDR("::ffff:0:0/96"), 12],
  [ipaddr.parseCIDR("::ffff:0:0:0/96"), 12],
  [ipaddr.parseCIDR("::/96"), 12],
  [ipaddr.parseCIDR("64:ff9b::/96"), 12],
  [ipaddr.parseCIDR("64:ff9b:1::/48"), 12],
  [ipaddr.parseCIDR("2002::/16"), 2],
];

/** A channel's address leads where the operator does not let it. */
export class AddressError extends Error {
  readonly code = "IDB4103";

  constructor(host: string, what: string) {
    super(
      `IDB4103 ${host} is ${what}, which channels may not reach; the relay's operator can allow it`,
    );
    this.name = "AddressError";
  }
}

/** Ranges in CIDR form, or single addresses, that the operator allows. */
export type AllowList = readonly string[];

/**
 * What is wrong with an address; undefined if it may be reached.
 *
 * @param address IPv4 or IPv6, with or without brackets and zone
 */
function deniedAddress(address: string, allow: AllowList): string | undefined {
  const parsed = parse(address);
  if (parsed === undefined) return "not an address";
  const forms = [parsed, ...embedded(parsed)];
  if (allow.some((range) => forms.some((form) => within(form, rangeOf(range))))) return undefined;
  for (const form of forms) {
    const found = deniedRanges.find(({ range }) => within(form, range));
    if (found) return found.what;
  }
  return undefined;
}

/**
 * A `lookup` for sockets that finds only addresses that may be reached, so that the address that was
 * judged is the one that is connected to. Sockets do not call it for addresses: see `assertLiteral`.
 */
export function guardedLookup(allow: AllowList): LookupFunction {
  return (host, options: LookupOptions, callback) => {
    resolve(host, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, "", 0);
      try {
        const addresses = reachable(host, found, allow);
        const [first] = addresses;
        if (options.all) callback(null, addresses);
        else callback(null, first?.address ?? "", first?.family ?? 0);
      } catch (refusal) {
        callback(refusal as NodeJS.ErrnoException, "", 0);
      }
    });
  };
}

/**
 * Refuses a host that is an address, rather than a name, and may not be reached.
 *
 * @throws AddressError
 */
export function assertLiteral(host: string, allow: AllowList): void {
  if (parse(host) === undefined) return;
  const what = deniedAddress(host, allow);
  if (what !== undefined) throw new AddressError(host, what);
}

/**
 * For clients that take no lookup function: the addresses of a host that may be reached. Whoever
 * connects to one of them, and not to the name, is led nowhere else by a second answer of the
 * resolver.
 *
 * @throws AddressError, or what the resolver says
 */
export async function allowedAddresses(
  host: string,
  allow: AllowList,
): Promise<[string, ...string[]]> {
  assertLiteral(host, allow);
  if (parse(host) !== undefined) return [host];
  const found = await resolveAll(host, { all: true });
  const [first, ...others] = reachable(host, found, allow).map(({ address }) => address);
  if (first === undefined) throw new Error(`${host} has no address`);
  return [first, ...others];
}

function reachable(host: string, found: readonly LookupAddress[], allow: AllowList) {
  const addresses = found.filter(({ address }) => deniedAddress(address, allow) === undefined);
  const [first] = found;
  if (addresses.length === 0 && first) {
    const what = deniedAddress(first.address, allow) ?? "";
    throw new AddressError(`${host} (${first.address})`, what);
  }
  return addresses;
}

function parse(text: string): Address | undefined {
  const bare = text.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  return ipaddr.isValid(bare) ? ipaddr.parse(bare) : undefined;
}

function embedded(address: Address): Address[] {
  const bytes = address.toByteArray();
  return embedding
    .filter(([range]) => within(address, range))
    .map(([, at]) => ipaddr.fromByteArray(bytes.slice(at, at + 4)));
}

/** Whether it is an address, or a range of them in CIDR form. */
export function isRange(text: string): boolean {
  return ipaddr.isValidCIDR(text) || isAddress(text);
}

/** In four decimal parts, or IPv6: older forms, as `127.1`, are mistakes more often than not. */
function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);
}

function rangeOf(text: string): Range {
  if (text.includes("/")) return ipaddr.parseCIDR(text);
  const address = ipaddr.parse(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}

function within(address: Address, [range, bits]: Range): boolean {
  if (address.kind() !== range.kind()) return false;
  return address.match([range, bits]);
}
