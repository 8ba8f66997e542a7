import type { Reply } from "@sig/protocol/page";
import { longestDelayMs, type Clock } from "../util/clock.js";
import { gather, type Address, type Gathered } from "./preflight-gather.js";
import { reportOf } from "./preflight-result.js";
import type { Asked, PreflightOptions, PreflightReport } from "./preflight-report.js";
import type { Socket } from "../signaling/socket-io.js";

/** Runs `preflight` with validated arguments. Ends early when `stopped` resolves. */
export async function runPreflight(
  socket: Socket,
  { RTCPeerConnection: chosen, clock, timeoutMs, ...options }: PreflightOptions & { clock: Clock; timeoutMs: number },
  stopped: Promise<void>,
): Promise<PreflightReport> {
  const [until, cancel] = firstOf(clock, timeoutMs, stopped);
  try {
    const make = (configuration: RTCConfiguration): RTCPeerConnection =>
      new (chosen ?? globalThis.RTCPeerConnection)(configuration);
    const local = gather(make, clock, undefined, until);
    const asked = await Promise.race([
      ask(socket, options, timeoutMs / 2),
      until.then((): Asked => ({ signaling: "silent", iceServers: [] })),
    ]);
    const found: Gathered[] = await Promise.all(
      addresses(asked.iceServers).map((address) => gather(make, clock, address, until)),
    );
    return reportOf(asked, await local, found);
  } finally {
    cancel();
  }
}

function firstOf(clock: Clock, timeoutMs: number, stopped: Promise<void>): [until: Promise<void>, cancel: () => void] {
  let cancel = (): void => undefined;
  const over = new Promise<void>((resolve) => (cancel = clock.after(timeoutMs, resolve)));
  return [Promise.race([over, stopped]), cancel];
}

/** Requests the ICE servers as `join` would. A missing or invalid answer is a result too. */
function ask(
  socket: Socket,
  { iceServers, room, token, eventPrefix = "" }: PreflightOptions,
  timeoutMs: number,
): Promise<Asked> {
  if (iceServers !== undefined) return Promise.resolve({ signaling: "given", iceServers });
  const payload = { ...(room !== undefined && { room: room.normalize("NFC") }), ...(token !== undefined && { token }) };
  return new Promise((resolve) => {
    const event = `${eventPrefix}iceServers`;
    const limited = socket.timeout(Math.min(timeoutMs, longestDelayMs));
    limited.emit(event, payload, (failed: unknown, reply: Reply<"iceServers"> | undefined) => {
      if (failed != null || typeof reply !== "object") resolve({ signaling: "silent", iceServers: [] });
      else if (reply.ok) resolve({ signaling: "answered", iceServers: reply.iceServers ?? [] });
      else resolve({ signaling: "refused", iceServers: [], rejection: `${reply.message} (${reply.code})` });
    });
  });
}

/** Each address of each server, without duplicates. */
function addresses(iceServers: readonly RTCIceServer[]): Address[] {
  const all = iceServers.flatMap(({ urls, username, credential }) =>
    [urls].flat().map((url): Address => ({ url, username, credential })),
  );
  return [...new Map(all.map((address) => [JSON.stringify(address), address])).values()];
}
