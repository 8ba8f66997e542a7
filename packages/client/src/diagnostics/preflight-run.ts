import { reportOf } from "./preflight-result.js";
import { gather, type Address, type Gathered } from "./preflight-gather.js";
import type { Asked, PreflightOptions, PreflightReport } from "./preflight-report.js";
import type { Socket } from "../signaling/socket-io.js";
import type { Clock } from "../util/clock.js";

/**
 * Runs `preflight` with validated arguments; `timeoutMs` is a delay that `setTimeout` takes. Ends early when `stopped`
 * resolves.
 */
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

/** An ack is not validated: its fields may be anything. */
type UncheckedReply = Readonly<Partial<Record<"ok" | "iceServers" | "message" | "code", unknown>>> | null | undefined;

const textOf = (value: unknown): string => (typeof value === "string" ? value : "no reason");

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
    const limited = socket.timeout(timeoutMs);
    limited.emit(event, payload, (failed: unknown, reply: UncheckedReply) => {
      const { ok, iceServers, message, code } = reply ?? {};
      if (failed != null || typeof ok !== "boolean") resolve({ signaling: "silent", iceServers: [] });
      else if (ok) resolve({ signaling: "answered", iceServers: Array.isArray(iceServers) ? iceServers : [] });
      else resolve({ signaling: "refused", iceServers: [], rejection: `${textOf(message)} (${textOf(code)})` });
    });
  });
}

/** Each address of each server, without duplicates. Whatever else a server answered with is left out. */
function addresses(iceServers: readonly unknown[]): Address[] {
  const servers = iceServers.filter((server): server is RTCIceServer => typeof server === "object" && server !== null);
  const all = servers.flatMap(({ urls, username, credential }) =>
    [urls].flat().map((url): Address => ({ url, username, credential })),
  );
  const isText = (value: unknown): boolean => value === undefined || typeof value === "string";
  const valid = all.filter(({ url, ...login }) => typeof url === "string" && Object.values(login).every(isText));
  return [...new Map(valid.map((address) => [JSON.stringify(address), address])).values()];
}
