import { rm } from "node:fs/promises";
import type { TestProject } from "vitest/node";
import { serveAnswers } from "../../support/answers.js";
import { packAndInstall } from "./packed.js";

declare module "vitest" {
  // Vitest's way to hand something from a global setup to the tests.
  interface ProvidedContext {
    /** A URL that answers with the `PackedPackages` once they are installed. */
    packed: string;
  }
}

/** Packs and installs once for all tests of the project, while those of other projects run. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const packing = packAndInstall();
  // The tests that ask get its error.
  const settled = packing.catch(() => undefined);
  const answers = await serveAnswers(async () => JSON.stringify(await packing));
  project.provide("packed", answers.url);
  return async () => {
    answers.close();
    const packed = await settled;
    if (packed !== undefined) await rm(packed.temporary, { recursive: true, force: true });
  };
}
