import { FakeDataChannel, sizeOf, type DataTransport } from "./fake-data-channel.js";
import type { IceAgent } from "./ice-agent.js";
import type { NetworkCore } from "./network-core.js";

type Packet =
  | { readonly type: "open"; readonly channel: FakeDataChannel }
  | { readonly type: "data"; readonly channel: FakeDataChannel; readonly data: string | ArrayBuffer }
  | { readonly type: "close"; readonly channel: FakeDataChannel };

/** The data channels of one connection, and their transport. It delivers in order, and waits while the path is cut. */
export class Sctp implements DataTransport {
  readonly #core: NetworkCore;
  readonly #agent: IceAgent;
  readonly #isNegotiated: () => boolean;
  readonly #announce: (channel: FakeDataChannel) => void;
  readonly #channels = new Set<FakeDataChannel>();
  readonly #outgoing: Packet[] = [];
  /** Received bytes, including acknowledgements. */
  bytes = 0;
  #pumping = false;
  #other: Sctp | undefined;
  #closed = false;

  constructor(
    core: NetworkCore,
    agent: IceAgent,
    { isNegotiated, announce }: { isNegotiated: () => boolean; announce: (channel: FakeDataChannel) => void },
  ) {
    this.#core = core;
    this.#agent = agent;
    this.#isNegotiated = isNegotiated;
    this.#announce = announce;
    transports.set(agent, this);
  }

  create(label: string, init: RTCDataChannelInit): FakeDataChannel {
    if (init.maxPacketLifeTime != null && init.maxRetransmits != null)
      throw new TypeError("Only one of maxPacketLifeTime and maxRetransmits may be set.");
    if (init.negotiated === true && init.id === undefined) throw new TypeError("A negotiated channel needs an id.");
    if (init.negotiated === true && this.#find(init.id ?? null) !== undefined) {
      throw new DOMException(`A channel with the id ${String(init.id)} exists.`, "OperationError");
    }
    const channel = new FakeDataChannel(label, init, this);
    this.#channels.add(channel);
    if (this.#other !== undefined) this.#core.after(this.#core.times.eventMs, () => this.#open(channel));
    return channel;
  }

  /** The path or the descriptions have changed. */
  changed(): void {
    const other = this.#agent.other;
    if (this.#closed || other === undefined || !this.#agent.flows) return;
    const transport = transports.get(other);
    if (this.#other === undefined && transport !== undefined && this.#isNegotiated() && transport.#isNegotiated())
      this.#associate(transport);
    this.#pump();
  }

  send(channel: FakeDataChannel, data: string | ArrayBuffer): void {
    this.#enqueue({ type: "data", channel, data });
  }

  closeChannel(channel: FakeDataChannel): void {
    if (this.#other === undefined) this.#core.after(this.#core.times.eventMs, () => this.#remove(channel));
    else this.#enqueue({ type: "close", channel });
  }

  /** Closes all channels of the closed connection, without events. */
  close(): void {
    this.#closed = true;
    this.#outgoing.length = 0;
    for (const channel of this.#channels) channel.readyState = "closed";
    this.#channels.clear();
  }

  /** The other end has closed its connection. */
  otherClosed(): void {
    this.#outgoing.length = 0;
    for (const channel of [...this.#channels]) this.#remove(channel);
  }

  #associate(other: Sctp): void {
    this.#other = other;
    if (other.#other !== this) other.#associate(this);
    for (const channel of [...this.#channels]) this.#core.after(this.#core.times.eventMs, () => this.#open(channel));
  }

  #open(channel: FakeDataChannel): void {
    if (this.#closed || channel.readyState !== "connecting" || !this.#channels.has(channel)) return;
    if (channel.id === null) {
      channel.id = this.#freeId();
      this.#enqueue({ type: "open", channel });
    }
    channel.opened();
  }

  /** One end uses even ids and the other odd ones, so that both may open channels at the same time. */
  #freeId(): number {
    let id = this.#other !== undefined && this.#agent.serial < this.#other.#agent.serial ? 0 : 1;
    while (this.#find(id) !== undefined) id += 2;
    return id;
  }

  #find(id: number | null): FakeDataChannel | undefined {
    return id === null ? undefined : [...this.#channels].find((channel) => channel.id === id);
  }

  #enqueue(packet: Packet): void {
    const { channel } = packet;
    const unreliable = channel.maxRetransmits !== null || channel.maxPacketLifeTime !== null;
    if (packet.type === "data" && unreliable && !this.#agent.flows) channel.drained(sizeOf(packet.data));
    else this.#outgoing.push(packet);
    this.#pump();
  }

  #pump(): void {
    if (this.#pumping || this.#outgoing.length === 0 || !this.#agent.flows) return;
    this.#pumping = true;
    const count = this.#outgoing.length;
    this.#core.after(this.#core.times.latencyMs, () => {
      this.#pumping = false;
      // Messages that were in transit when the path was cut are resent.
      if (!this.#agent.flows || this.#other === undefined || this.#other.#closed) return;
      for (const packet of this.#outgoing.splice(0, count)) this.#deliver(packet, this.#other);
      this.#pump();
    });
  }

  #deliver(packet: Packet, other: Sctp): void {
    const { channel } = packet;
    const target = other.#find(channel.id);
    this.bytes += 28;
    other.bytes += packet.type === "data" ? 28 + sizeOf(packet.data) : 28;
    switch (packet.type) {
      case "open":
        other.#accept(channel);
        break;
      case "data":
        channel.drained(sizeOf(packet.data));
        target?.received(packet.data);
        break;
      case "close":
        if (target !== undefined) other.#remove(target);
        this.#remove(channel);
        break;
    }
  }

  #accept({ label, ordered, maxPacketLifeTime, maxRetransmits, protocol, id }: FakeDataChannel): void {
    const init: RTCDataChannelInit = { ordered, protocol };
    if (maxPacketLifeTime !== null) init.maxPacketLifeTime = maxPacketLifeTime;
    if (maxRetransmits !== null) init.maxRetransmits = maxRetransmits;
    const channel = new FakeDataChannel(label, init, this);
    channel.id = id;
    channel.readyState = "open";
    this.#channels.add(channel);
    this.#announce(channel);
    channel.dispatchEvent({ type: "open" });
  }

  #remove(channel: FakeDataChannel): void {
    this.#channels.delete(channel);
    channel.closed();
  }
}

const transports = new WeakMap<IceAgent, Sctp>();
