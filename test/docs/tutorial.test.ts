import { walkThrough } from "./walk-through.ts";

await walkThrough("docs/tutorial.md");
