import { FakeEventTarget } from "./fake-event-target.js";

/** What a channel needs of its connection. */
export interface DataTransport {
  send(channel: FakeDataChannel, data: string | ArrayBuffer): void;
  closeChannel(channel: FakeDataChannel): void;
}

/** An `RTCDataChannel` of a `FakePeerConnection`. */
export class FakeDataChannel extends FakeEventTarget {
  readonly label: string;
  readonly ordered: boolean;
  readonly maxPacketLifeTime: number | null;
  readonly maxRetransmits: number | null;
  readonly protocol: string;
  readonly negotiated: boolean;
  id: number | null;
  readyState: RTCDataChannelState = "connecting";
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  binaryType: BinaryType = "arraybuffer";
  onopen: unknown = null;
  onmessage: unknown = null;
  onclosing: unknown = null;
  onclose: unknown = null;
  onerror: unknown = null;
  onbufferedamountlow: unknown = null;
  readonly #transport: DataTransport;

  constructor(label: string, init: RTCDataChannelInit, transport: DataTransport) {
    super();
    this.label = label;
    this.ordered = init.ordered ?? true;
    this.maxPacketLifeTime = init.maxPacketLifeTime ?? null;
    this.maxRetransmits = init.maxRetransmits ?? null;
    this.protocol = init.protocol ?? "";
    this.negotiated = init.negotiated ?? false;
    this.id = this.negotiated ? (init.id ?? null) : null;
    this.#transport = transport;
  }

  send(data: string | ArrayBuffer | ArrayBufferView): void {
    if (this.readyState !== "open")
      throw new DOMException(`RTCDataChannel.readyState is '${this.readyState}'`, "InvalidStateError");
    const copy = typeof data === "string" ? data : copyOf(data);
    this.bufferedAmount += sizeOf(copy);
    this.#transport.send(this, copy);
  }

  close(): void {
    if (this.readyState === "closing" || this.readyState === "closed") return;
    this.readyState = "closing";
    this.#transport.closeChannel(this);
  }

  opened(): void {
    this.readyState = "open";
    this.dispatchEvent({ type: "open" });
  }

  received(data: string | ArrayBuffer): void {
    const event = { type: "message", data };
    this.dispatchEvent(event);
  }

  /** This many bytes were sent. */
  drained(size: number): void {
    const before = this.bufferedAmount;
    this.bufferedAmount = Math.max(0, before - size);
    if (before > this.bufferedAmountLowThreshold && this.bufferedAmount <= this.bufferedAmountLowThreshold)
      this.dispatchEvent({ type: "bufferedamountlow" });
  }

  closed(): void {
    if (this.readyState === "closed") return;
    this.readyState = "closed";
    this.dispatchEvent({ type: "close" });
  }
}

export function sizeOf(data: string | ArrayBuffer): number {
  return typeof data === "string" ? new TextEncoder().encode(data).length : data.byteLength;
}

function copyOf(data: ArrayBuffer | ArrayBufferView): ArrayBuffer {
  const view = ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
  return Uint8Array.from(view).buffer;
}
