import { z } from "zod";

/** What a program says about rotation, as the provider keeps it. */
export const rotationForm = z.union([
  z.string(),
  z.strictObject({
    every: z.string().regex(/^0*[1-9]\d{0,4}[smhdw]$/, {
      error: 'must be a number of s, m, h, d or w, such as "30d"',
    }),
  }),
]);
