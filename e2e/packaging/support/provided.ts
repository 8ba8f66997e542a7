import { inject } from "vitest";
import { ask } from "../../support/answers.js";
import type { PackedPackages } from "./packed.js";

/** What the global setup of the project packs and installs; waits until it has. */
export async function packedPackages(): Promise<PackedPackages> {
  return JSON.parse(await ask({ url: inject("packed") })) as PackedPackages;
}
