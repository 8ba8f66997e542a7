import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { lock } from "proper-lockfile";

/**
 * Does work that no two processes may do at the same time. A lock that a killed process left counts for 10 seconds.
 *
 * @template Result
 * @param {string} file The lock is a folder of this name with `.lock` after it.
 * @param {() => Promise<Result>} work
 * @returns {Promise<Result>} What the work returned, or its rejection.
 */
export async function withLock(file, work) {
  mkdirSync(dirname(file), { recursive: true });
  const retries = { forever: true, minTimeout: 100, maxTimeout: 500 };
  const release = await lock(file, { realpath: false, stale: 10_000, retries });
  try {
    return await work();
  } finally {
    await release();
  }
}
