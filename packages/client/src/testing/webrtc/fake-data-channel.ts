import type { ChannelInit } from "./channel-init.js";
import { FakeHangUpError, invalidState } from "./dom-errors.js";
import { FakeEventTarget } from "./fake-event-target.js";

/** What a channel needs of its connection. */
export interface DataTransport {
  /** In bytes. */
  readonly maxMessageSize: number;
  send(channel: FakeDataChannel, data: string | ArrayBuffer): void;
  closeChannel(channel: FakeDataChannel): void;
}

/** As in Chromium, in bytes. */
const maxBufferedAmount = 16 * 1024 * 1024;

/** An `RTCDataChannel` of a `FakePeerConnection`. */
export class FakeDataChannel extends FakeEventTarget implements ChannelInit {
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
  onopen: unknown = null;
  onmessage: unknown = null;
  onclosing: unknown = null;
  onclose: unknown = null;
  onerror: unknown = null;
  onbufferedamountlow: unknown = null;
  readonly #transport: DataTransport;
  #binaryType: BinaryType = "arraybuffer";
  /** Settles when all `Blob`s sent so far are read; undefined if there are none. */
  #reading: Promise<void> | undefined;

  constructor(init: ChannelInit, transport: DataTransport) {
    super();
    this.label = init.label;
    this.ordered = init.ordered;
    this.maxPacketLifeTime = init.maxPacketLifeTime;
    this.maxRetransmits = init.maxRetransmits;
    this.protocol = init.protocol;
    this.negotiated = init.negotiated;
    this.id = init.id;
    this.#transport = transport;
  }

  get binaryType(): BinaryType {
    return this.#binaryType;
  }

  set binaryType(type: BinaryType) {
    // As with every attribute of an enumeration, another string changes nothing.
    if (["arraybuffer", "blob"].includes(type)) this.#binaryType = type;
  }

  send(...given: [data?: string | Blob | ArrayBuffer | ArrayBufferView]): void {
    if (given.length === 0) throw new TypeError("send() needs data.");
    const data = copyOf(given[0]);
    if (this.readyState !== "open") throw invalidState(`RTCDataChannel.readyState is '${this.readyState}'`);
    const size = sizeOf(data);
    const { maxMessageSize } = this.#transport;
    if (size > maxMessageSize)
      throw new TypeError(`The message has ${String(size)} bytes, more than maxMessageSize ${String(maxMessageSize)}.`);
    if (this.bufferedAmount + size > maxBufferedAmount)
      throw new DOMException("RTCDataChannel send queue is full", "OperationError");
    this.bufferedAmount += size;
    this.#enqueue(data);
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
    const shown = typeof data !== "string" && this.#binaryType === "blob" ? new Blob([data]) : data;
    this.dispatchEvent(Object.assign({ type: "message" }, { data: shown }));
  }

  /** This many bytes were sent. */
  drained(size: number): void {
    const before = this.bufferedAmount;
    this.bufferedAmount = Math.max(0, before - size);
    if (before > this.bufferedAmountLowThreshold && this.bufferedAmount <= this.bufferedAmountLowThreshold)
      this.dispatchEvent({ type: "bufferedamountlow" });
  }

  /** The other end closes the channel, or one end its connection. */
  closing(): void {
    if (this.readyState !== "open") return;
    this.readyState = "closing";
    this.dispatchEvent({ type: "closing" });
  }

  /** `hungUp`: the other end has closed its connection. */
  closed({ hungUp = false } = {}): void {
    if (this.readyState === "closed") return;
    this.readyState = "closed";
    if (hungUp) this.dispatchEvent(Object.assign({ type: "error" }, { error: new FakeHangUpError() }));
    this.dispatchEvent({ type: "close" });
  }

  /** As in Chromium, text overtakes a `Blob` that is being read, and other binary messages wait for it. */
  #enqueue(data: string | Blob | ArrayBuffer): void {
    if (typeof data === "string" || (!isBlob(data) && this.#reading === undefined)) {
      this.#transport.send(this, data);
      return;
    }
    const before = this.#reading ?? Promise.resolve();
    const bytes = isBlob(data) ? data.arrayBuffer() : data;
    const reading = before.then(async () => {
      this.#transport.send(this, await bytes);
      if (this.#reading === reading) this.#reading = undefined;
    });
    this.#reading = reading;
  }
}

export function sizeOf(data: string | ArrayBuffer | Blob): number {
  if (typeof data === "string") return new TextEncoder().encode(data).length;
  return isBlob(data) ? data.size : data.byteLength;
}

/** The message as it is now: the application may change its buffer afterwards. Other values become strings. */
function copyOf(data: string | Blob | ArrayBuffer | ArrayBufferView | undefined): string | Blob | ArrayBuffer {
  if (isBlob(data)) return data;
  if (ArrayBuffer.isView(data)) {
    const { buffer, byteOffset, byteLength } = data;
    return Uint8Array.from(new Uint8Array(buffer, byteOffset, byteLength)).buffer;
  }
  return isBuffer(data) ? data.slice(0) : String(data);
}

/** By its name: a test environment may have classes of its own. */
function isBlob(data: unknown): data is Blob {
  return ["[object Blob]", "[object File]"].includes(Object.prototype.toString.call(data));
}

function isBuffer(data: unknown): data is ArrayBuffer {
  return ["[object ArrayBuffer]", "[object SharedArrayBuffer]"].includes(Object.prototype.toString.call(data));
}
