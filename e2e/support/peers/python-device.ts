import { join } from "node:path";
import { python } from "../../../scripts/lib/tools.mjs";
import { root } from "../../../scripts/lib/paths.mjs";
import { PeerProgram } from "./program.js";

const program = join(root, "examples/device/python/main.py");

/** Starts the example device in Python. */
export function startPythonDevice(url: string, room: string, ...options: readonly string[]): PeerProgram {
  return new PeerProgram(python, ["-B", program, url, room, ...options]);
}
