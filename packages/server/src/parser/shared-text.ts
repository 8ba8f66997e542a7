import { forwarding } from "./forwarding.js";
import { eventType, type Packet } from "./packet.js";

interface WrittenText {
  readonly nsp: string;
  readonly event: unknown;
  readonly text: string;
}

/** What was written of the payloads that go to many sockets, for as long as there are the payloads. */
const written = new WeakMap<object, WrittenText>();

/** The text of a packet whose payload was written before, for another socket. */
export function sharedText(packet: Packet): string | undefined {
  if (!hasSharedPayload(packet)) return undefined;
  const { nsp, data } = packet;
  const [event, payload] = data;
  const known = written.get(payload);
  return known?.nsp === nsp && known.event === event ? known.text : undefined;
}

/** Remembers what was written of a packet, if its payload goes to other sockets too. */
export function rememberSharedText(packet: Packet, encoded: readonly unknown[]): void {
  if (!hasSharedPayload(packet)) return;
  const { nsp, data } = packet;
  const [event, payload] = data;
  const [text] = encoded;
  if (typeof text === "string" && encoded.length === 1) written.set(payload, { nsp, event, text });
}

function hasSharedPayload(
  packet: Packet,
): packet is Packet & { readonly data: readonly [event: unknown, payload: object] } {
  const { type, id, data } = packet;
  const { shared } = forwarding;
  // With an ack, or with the offset of connection state recovery, the packet has more than the text.
  if (shared === undefined || type !== eventType || id !== undefined) return false;
  return Array.isArray(data) && data.length === 2 && data[1] === shared;
}
