import { Option } from "commander";
import type { DatabaseCommand } from "../command.ts";
import { table } from "../terminal.ts";
