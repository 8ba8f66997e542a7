type HealthModule = typeof import("./health-watches.js");

let loaded: Promise<HealthModule> | undefined;

/** Loads the watches. Undefined if that fails, for example after a deployment: the next connection tries again. */
export async function loadHealthWatches(): Promise<HealthModule | undefined> {
  try {
    return await (loaded ??= import("./health-watches.js"));
  } catch {
    loaded = undefined;
    return undefined;
  }
}
