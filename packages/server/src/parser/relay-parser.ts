import * as socketIo from "socket.io-parser";
import { textToForward } from "./text-to-forward.js";
import { forwarding } from "./forwarding.js";
import { eventType, isFields, type Packet } from "./packet.js";
import { readText } from "./received-text.js";
import { rememberSharedText, sharedText } from "./shared-text.js";
import { rememberText, textOf } from "./text-of-payload.js";

/** The default decoder with the method that it calls for every text: its types say that it is private. */
const DefaultDecoder = socketIo.Decoder as unknown as new () => { decodeString(text: string): Packet };
const DefaultEncoder = socketIo.Encoder as unknown as new () => { encode(packet: Packet): unknown[] };

/** The default decoder, which remembers the texts of offers, answers and candidates. */
class Decoder extends DefaultDecoder {
  override decodeString(text: string): Packet {
    const packet = super.decodeString(text);
    const received = readText(packet, text);
    if (received !== undefined) rememberText((packet.data as [string, object])[1], received);
    return packet;
  }
}

/**
 * The default encoder. What the relay emits is not written anew if the text that was received says just that, nor what
 * many members are notified of.
 */
class Encoder extends DefaultEncoder {
  constructor() {
    super();
    forwarding.on = true;
  }

  override encode(packet: Packet): unknown[] {
    const text = relayedText(packet) ?? sharedText(packet);
    if (text !== undefined) return [text];
    const encoded = super.encode(packet);
    rememberSharedText(packet, encoded);
    return encoded;
  }
}

function relayedText({ type, nsp, id, data }: Packet): string | undefined {
  const { received, sent } = forwarding;
  if (sent === undefined || type !== eventType || !Array.isArray(data) || data[1] !== sent) return undefined;
  forwarding.received = forwarding.sent = undefined;
  // With an ack, or with the offset of connection state recovery, the packet has more than the text.
  if (id !== undefined || data.length !== 2 || !isFields(sent)) return undefined;
  const text = textOf(received);
  return text === undefined ? undefined : textToForward(text, nsp, data[0], sent);
}

/** A parser of Socket.IO. */
export interface RelayParser {
  readonly protocol: number;
  readonly PacketType: object;
  readonly Encoder: new () => { encode(packet: never): unknown[] };
  readonly Decoder: new () => object;
}

/**
 * The parser for `new Server(http, { parser: relayParser })`: Socket.IO's own with the same wire format, which forwards
 * offers, answers and candidates as the texts that they arrived in, and writes once what many members of a full room
 * are notified of. Receivers get the same messages; only the order of the fields in one may differ.
 */
export const relayParser: RelayParser = {
  protocol: socketIo.protocol,
  PacketType: socketIo.PacketType,
  Encoder,
  Decoder,
};
