type HealthModule = typeof import("./health-watches.js");

let loaded: Promise<HealthModule> | undefined;

/** Loads the watches. Undefined where that fails, after a deployment say: it is tried again for the next connection. */
export async function loadHealthWatches(): Promise<HealthModule | undefined> {
  try {
    return await (loaded ??= import("./health-watches.js"));
  } catch {
    loaded = undefined;
    return undefined;
  }
}
