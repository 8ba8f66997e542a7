import { systemClock } from "../util/clock.js";
import { SignalingError } from "../errors.js";
import { invalid } from "../options.js";
import type { PreflightOptions, PreflightReport } from "./preflight-report.js";
import type { Socket } from "../signaling/socket-io.js";

/**
 * Tries, before a call, whether STUN and TURN answer from where this page is, and over what. The socket need be in no room;
 * it is connected where it is not, and never closed. Resolves within `timeoutMs` however bad the network is. Rejects
 * with `ABORTED` when the signal is, and with `INVALID_ARGUMENT` for options that make no sense.
 */
export async function preflight(socket: Socket, options: PreflightOptions = {}): Promise<PreflightReport> {
  const { timeoutMs = 10_000, clock = systemClock, signal } = options;
  if (typeof (socket as Partial<Socket> | undefined)?.emit !== "function")
    throw invalid('Pass a Socket.IO client socket: preflight(io("https://example.org")).');
  if (!Number.isFinite(timeoutMs) || timeoutMs <= 0) throw invalid("timeoutMs must be more than 0.");
  const aborted = (): SignalingError =>
    new SignalingError("ABORTED", "The preflight was aborted.", { cause: signal?.reason });
  if (signal?.aborted === true) throw aborted();
  // Most pages never ask.
  const { runPreflight } = await import("./preflight-run.js");
  let stop = (): void => undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
    signal?.addEventListener("abort", stop, { once: true });
  });
  try {
    const report = await runPreflight(socket, { ...options, timeoutMs, clock }, stopped);
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- it may have been aborted meanwhile
    if (signal?.aborted) throw aborted();
    return report;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}
