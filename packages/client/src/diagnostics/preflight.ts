import { mustBe } from "../options.js";
import { SignalingError } from "../errors.js";
import { longestDelayMs, systemClock } from "../util/clock.js";
import { loadPreflightRun } from "./load-preflight-run.js";
import { checkSocket, isIdle, type Socket } from "../signaling/socket-io.js";
import { preflightTimeoutMs } from "../negotiation/time-constants.js";
import type { PreflightOptions, PreflightReport } from "./preflight-report.js";

/**
 * Checks before a call which STUN and TURN servers work from this network, and over which transport. The socket need
 * not be in a room; it is connected if necessary, and never closed. Always resolves within `timeoutMs`. Rejects with
 * `ABORTED` when the signal is aborted, and with `INVALID_ARGUMENT` for invalid options.
 */
export async function preflight(socket: Socket, options: PreflightOptions = {}): Promise<PreflightReport> {
  const { timeoutMs = preflightTimeoutMs, clock = systemClock, signal } = options;
  checkSocket(socket as object);
  if (!Number.isFinite(timeoutMs) || timeoutMs <= 0) throw mustBe("timeoutMs", "more than 0, and finite");
  const aborted = (): SignalingError =>
    new SignalingError("ABORTED", "The preflight was aborted.", { cause: signal?.reason });
  if (signal?.aborted === true) throw aborted();
  if (options.iceServers === undefined && isIdle(socket)) socket.connect();
  // It imports nothing that pages load at once: a bundler would put what is shared into one more file.
  const { runPreflight } = await loadPreflightRun();
  let stop = (): void => undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
    signal?.addEventListener("abort", stop, { once: true });
  });
  try {
    const limited = { ...options, timeoutMs: Math.min(timeoutMs, longestDelayMs), clock };
    const report = await runPreflight(socket, limited, stopped);
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- aborted during the await
    if (signal?.aborted) throw aborted();
    return report;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}
