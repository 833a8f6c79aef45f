import { IntegrateDbError } from "../../sql/errors.ts";
import { asked, type Engine, ifThere, reasonOf } from "./engine.ts";

export interface ImageWish {
  readonly image: string;
  readonly pull?: "missing" | "always" | "never" | undefined;
  readonly registry?: { readonly username: string; readonly password: string } | undefined;
}

/**
 * Finds the image at the engine, or has it pulled.
 *
 * @returns its id, which no tag changes
 * @throws IntegrateDbError IDB1403
 */
export async function obtainImage(engine: Engine, wish: ImageWish): Promise<string> {
  const { image, pull = "missing" } = wish;
  const present = pull === "always" ? undefined : await idOf(engine, image);
  if (present !== undefined) return present;
  const refusal = pull === "never" ? "it may not be pulled" : await pulled(engine, wish);
  const id = refusal === undefined ? await idOf(engine, image) : undefined;
  if (id !== undefined) return id;
  throw new IntegrateDbError("IDB1403", `The image ${image} cannot be had.`, {
    found: refusal ?? "the engine pulled it and does not have it",
  });
}

async function idOf(engine: Engine, image: string): Promise<string | undefined> {
  return (await ifThere(() => engine.getImage(image).inspect()))?.Id;
}

/** Why it could not be done, or nothing once it is. */
async function pulled(engine: Engine, { image, registry }: ImageWish): Promise<string | undefined> {
  const options = registry === undefined ? {} : { authconfig: { ...registry, serveraddress: "" } };
  const stream = await asked(async () => {
    try {
      return await engine.pull(image, options);
    } catch (error) {
      if (error instanceof Error && "statusCode" in error) return reasonOf(error);
      throw error;
    }
  });
  if (typeof stream === "string") return stream;
  return new Promise((resolve) => {
    engine.modem.followProgress(stream, (error) => resolve(error ? reasonOf(error) : undefined));
  });
}
