import { walkThrough } from "./walk-through.ts";

await walkThrough("README.md");
