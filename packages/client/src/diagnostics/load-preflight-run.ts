type PreflightRun = typeof import("./preflight-run.js");

let loading: Promise<PreflightRun> | undefined;

/**
 * Loads what a preflight does: most pages never call it. Once it is loaded, this takes no task of the event loop, which
 * a test with virtual time relies on. After a failure it is tried again the next time.
 */
export async function loadPreflightRun(): Promise<PreflightRun> {
  try {
    return await (loading ??= import("./preflight-run.js"));
  } catch (error) {
    loading = undefined;
    throw error;
  }
}
