type WhenConnected = typeof import("./when-connected.js");

let loading: Promise<WhenConnected> | undefined;

/**
 * Loads what is needed once a peer is connected: later, when something has failed, it may be out of reach. Undefined
 * where that fails, after a deployment say: it is tried again the next time.
 */
export async function loadWhenConnected(): Promise<WhenConnected | undefined> {
  try {
    return await (loading ??= import("./when-connected.js"));
  } catch {
    loading = undefined;
    return undefined;
  }
}
