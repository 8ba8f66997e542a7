import type { Reply } from "@sig/protocol";
import type { Clock } from "../util/clock.js";
import { gather, type Address, type Gathered } from "./preflight-gather.js";
import { judge } from "./preflight-result.js";
import type { Asked, PreflightOptions, PreflightReport } from "./preflight-report.js";
import { isIdle, type Socket } from "../signaling/socket-io.js";

/** `preflight`, its arguments judged. It ends early when `stopped` resolves. */
export async function runPreflight(
  socket: Socket,
  { RTCPeerConnection: chosen, clock, timeoutMs, ...options }: PreflightOptions & { clock: Clock; timeoutMs: number },
  stopped: Promise<void>,
): Promise<PreflightReport> {
  const [until, cancel] = whicheverIsFirst(clock, timeoutMs, stopped);
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
    return judge(asked, await local, found);
  } finally {
    cancel();
  }
}

function whicheverIsFirst(
  clock: Clock,
  timeoutMs: number,
  stopped: Promise<void>,
): [until: Promise<void>, cancel: () => void] {
  let cancel = (): void => undefined;
  const over = new Promise<void>((resolve) => (cancel = clock.after(timeoutMs, resolve)));
  return [Promise.race([over, stopped]), cancel];
}

/** Asks as `join` would. An answer that does not come, or is none, is an answer too. */
function ask(socket: Socket, { iceServers, room, token }: PreflightOptions, timeoutMs: number): Promise<Asked> {
  if (iceServers !== undefined) return Promise.resolve({ signaling: "given", iceServers });
  const payload = { ...(room !== undefined && { room: room.normalize("NFC") }), ...(token !== undefined && { token }) };
  return new Promise((resolve) => {
    if (isIdle(socket)) socket.connect();
    socket.timeout(timeoutMs).emit("iceServers", payload, (failed: unknown, reply: Reply<"iceServers"> | undefined) => {
      if (failed != null || typeof reply !== "object") resolve({ signaling: "silent", iceServers: [] });
      else if (reply.ok) resolve({ signaling: "answered", iceServers: reply.iceServers ?? [] });
      else resolve({ signaling: "refused", iceServers: [], refusal: `${reply.message} (${reply.code})` });
    });
  });
}

/** Each address of each server once. */
function addresses(iceServers: readonly RTCIceServer[]): Address[] {
  const all = iceServers.flatMap(({ urls, username, credential }) =>
    [urls].flat().map((url): Address => ({ url, username, credential })),
  );
  return [...new Map(all.map((address) => [JSON.stringify(address), address])).values()];
}
