import { rm } from "node:fs/promises";
import type { TestProject } from "vitest/node";
import { packAndInstall, type PackedPackages } from "./packed.js";

declare module "vitest" {
  // Vitest's way to hand something from a global setup to the tests.
  interface ProvidedContext {
    packed: PackedPackages;
  }
}

/** Packs and installs once for all tests of the project. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const packed = await packAndInstall();
  project.provide("packed", packed);
  return () => rm(packed.temporary, { recursive: true, force: true });
}
