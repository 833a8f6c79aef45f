/**
 * The version that the tag of an image states; undefined for one such as `latest`, and for an image
 * that is named by its digest alone.
 *
 * @example versionOfImage("ghcr.io/integratedb/relay:0.2.0") // "0.2.0"
 */
export function versionOfImage(image: string): string | undefined {
  return /:v?(\d+\.\d+\.\d+)[^:/@]*(?:@[^@]*)?$/.exec(image)?.[1];
}

/**
 * Whether a relay can work with an engine: a release that changes what they have in common has
 * another minor version, so that a relay's correction is rolled out, or back, alone.
 */
export function fits(relay: string, engine: string): boolean {
  const series = (version: string) => version.split(".").slice(0, 2).join(".");
  return series(relay) === series(engine);
}
