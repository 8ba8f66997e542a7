import { join } from "node:path";
import { root } from "../../../scripts/lib/paths.mjs";
import { withLock } from "../../../scripts/lib/lock.mjs";
import { run } from "../../../scripts/lib/run.mjs";
import { PeerProgram } from "./program.js";

const example = join(root, "examples/device/c");
const built = join(root, "node_modules/.cache/e2e-device-c");

/** The example device in C, built from the current sources. */
export class CDevices {
  static async build(): Promise<CDevices> {
    // make compiles only changed files.
    const { ok, output } = await withLock(`${built}.lock`, () => run("make", ["-C", example, `BUILD=${built}`]));
    if (!ok) throw new Error(output);
    return new CDevices();
  }

  /** @param url - Of the server's pages. */
  start(
    url: string,
    room: string,
    options: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): PeerProgram {
    return new PeerProgram(join(built, "device"), [`${url.replace(/^http/, "ws")}/device`, room, ...options], env);
  }
}
