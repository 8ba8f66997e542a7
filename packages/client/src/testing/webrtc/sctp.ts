import { readChannelInit } from "./channel-init.js";
import { FakeDataChannel, sizeOf, type DataTransport } from "./fake-data-channel.js";
import type { IceAgent } from "./ice-agent.js";
import type { NetworkCore } from "./network-core.js";

type Packet =
  | { readonly type: "open"; readonly channel: FakeDataChannel }
  | { readonly type: "data"; readonly channel: FakeDataChannel; readonly data: string | ArrayBuffer }
  | { readonly type: "close"; readonly channel: FakeDataChannel };

/** What the transport needs of its connection. */
export interface SctpOwner {
  /** Whether both ends have agreed on a section for data channels. */
  isNegotiated(): boolean;
  /** Whether this end is the DTLS client, whose ids are even (RFC 8832 section 6). */
  isClient(): boolean;
  /** The largest message that the other end takes, in bytes. */
  maxMessageSize(): number;
  /** Fires `datachannel`. */
  announce(channel: FakeDataChannel): void;
}

/** The data channels of one connection, and their transport. It delivers in order, and waits while the path is cut. */
export class Sctp implements DataTransport {
  readonly #core: NetworkCore;
  readonly #agent: IceAgent;
  readonly #owner: SctpOwner;
  readonly #channels = new Set<FakeDataChannel>();
  readonly #outgoing: Packet[] = [];
  /** Packets of the other end that have arrived: each gets a task of its own. */
  readonly #arrived: Packet[] = [];
  /** Received bytes, including acknowledgements. */
  bytes = 0;
  state: RTCSctpTransportState = "connecting";
  #pumping = false;
  #other: Sctp | undefined;

  constructor(core: NetworkCore, agent: IceAgent, owner: SctpOwner) {
    this.#core = core;
    this.#agent = agent;
    this.#owner = owner;
    transports.set(agent, this);
  }

  get maxMessageSize(): number {
    return this.#owner.maxMessageSize();
  }

  get maxChannels(): number | null {
    return this.state === "connecting" ? null : 65_535;
  }

  create(label: string, given: RTCDataChannelInit | null | undefined): FakeDataChannel {
    const init = readChannelInit(label, given);
    if (this.#find(init.id) !== undefined)
      throw new DOMException(`A channel with the id ${String(init.id)} exists.`, "OperationError");
    const channel = new FakeDataChannel(init, this);
    this.#channels.add(channel);
    if (this.#other !== undefined) this.#prepare(channel);
    return channel;
  }

  /** The path or the descriptions have changed. */
  changed(): void {
    const other = this.#agent.other;
    if (this.state === "closed" || other === undefined || !this.#agent.flows) return;
    const transport = transports.get(other);
    const isAgreed = this.#owner.isNegotiated() && transport !== undefined && transport.#owner.isNegotiated();
    if (this.#other === undefined && isAgreed) this.#associate(transport);
    this.#pump();
  }

  send(channel: FakeDataChannel, data: string | ArrayBuffer): void {
    this.#enqueue({ type: "data", channel, data });
  }

  closeChannel(channel: FakeDataChannel): void {
    if (this.#other === undefined) this.#core.after(this.#core.times.eventMs, () => this.#remove(channel));
    else this.#enqueue({ type: "close", channel });
  }

  /** This end closes its connection. */
  close(): void {
    this.#end(false);
  }

  /** The other end has closed its connection. */
  otherClosed(): void {
    if (this.state !== "closed") this.#end(true);
  }

  #end(hungUp: boolean): void {
    this.state = "closed";
    this.#other = undefined;
    this.#outgoing.length = this.#arrived.length = 0;
    for (const channel of this.#channels) {
      this.#core.task(() => channel.closing());
      this.#core.task(() => channel.closed({ hungUp }));
    }
    this.#channels.clear();
  }

  #associate(other: Sctp): void {
    this.#other = other;
    this.state = "connected";
    if (other.#other !== this) other.#associate(this);
    for (const channel of this.#channels) this.#prepare(channel);
  }

  /** A channel on a connected connection has its id at once, and opens soon. */
  #prepare(channel: FakeDataChannel): void {
    channel.id ??= this.#freeId();
    this.#core.after(this.#core.times.eventMs, () => this.#open(channel));
  }

  #open(channel: FakeDataChannel): void {
    if (channel.readyState !== "connecting" || !this.#channels.has(channel)) return;
    if (!channel.negotiated) this.#enqueue({ type: "open", channel });
    channel.opened();
  }

  /** One end uses even ids and the other odd ones, so that both may open channels at the same time. */
  #freeId(): number {
    let id = this.#owner.isClient() ? 0 : 1;
    while (this.#find(id) !== undefined) id += 2;
    return id;
  }

  #find(id: number | null): FakeDataChannel | undefined {
    return id === null ? undefined : [...this.#channels].find((channel) => channel.id === id);
  }

  #enqueue(packet: Packet): void {
    const { channel } = packet;
    if (!this.#channels.has(channel)) return;
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
      const other = this.#other;
      // Messages that were in transit when the path was cut are resent.
      if (!this.#agent.flows || other === undefined || other.state === "closed") return;
      const sent = this.#outgoing.splice(0, count);
      other.#receive(sent);
      for (const packet of sent) {
        this.bytes += 28;
        if (packet.type === "data") packet.channel.drained(sizeOf(packet.data));
      }
      this.#pump();
    });
  }

  #receive(packets: readonly Packet[]): void {
    const isIdle = this.#arrived.length === 0;
    this.#arrived.push(...packets);
    if (isIdle) this.#core.task(() => this.#deliver());
  }

  #deliver(): void {
    const packet = this.#arrived[0];
    if (packet === undefined) return;
    this.#handle(packet);
    this.#arrived.shift();
    if (this.#arrived.length > 0) this.#core.task(() => this.#deliver());
  }

  #handle(packet: Packet): void {
    const { channel } = packet;
    const target = this.#find(channel.id);
    this.bytes += packet.type === "data" ? 28 + sizeOf(packet.data) : 28;
    switch (packet.type) {
      case "open":
        this.#accept(channel);
        break;
      case "data":
        if (target?.readyState === "connecting") this.#open(target);
        if (target?.readyState === "open") target.received(packet.data);
        break;
      case "close":
        target?.closing();
        this.#core.task(() => {
          if (this.#other !== undefined) this.#other.#remove(channel);
        });
        if (target !== undefined) this.#core.task(() => this.#remove(target));
        break;
    }
  }

  #accept({ label, ordered, maxPacketLifeTime, maxRetransmits, protocol, negotiated, id }: FakeDataChannel): void {
    const init = { label, ordered, maxPacketLifeTime, maxRetransmits, protocol, negotiated, id };
    const channel = new FakeDataChannel(init, this);
    channel.readyState = "open";
    this.#channels.add(channel);
    this.#owner.announce(channel);
    // A task later: whoever waits for `datachannel` still gets it.
    this.#core.task(() => {
      if (channel.readyState === "open") channel.dispatchEvent({ type: "open" });
    });
  }

  #remove(channel: FakeDataChannel): void {
    this.#channels.delete(channel);
    channel.closed();
  }
}

const transports = new WeakMap<IceAgent, Sctp>();
