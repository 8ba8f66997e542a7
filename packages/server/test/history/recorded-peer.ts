import { peerIdFromKey } from "@sig/server";
import { io, type Socket } from "socket.io-client";
import type { ClientEvent, ClientHistory, Present } from "./history.js";

/** The longest wait between two resends, unless the first is longer. */
const maxResendMs = 2000;
/** Between two joins. */
const rejoinMs = 100;

type Payload = Record<string, unknown> & { readonly id: string; readonly from: string };

interface Outgoing {
  readonly to: string;
  readonly epoch: string;
  readonly seq: number;
}

export function connectSocket(url: string): Socket {
  const backoff = { reconnectionDelay: 50, reconnectionDelayMax: 500, timeout: 3000 };
  return io(url, { transports: ["websocket"], forceNew: true, ...backoff });
}

let peers = 0;
let transmissions = 0;

/**
 * A client that does what the protocol asks of one: it comes back with its key for as long as it takes, and numbers and
 * resends what it sends to others (docs/protocol.md, Link). It records everything.
 */
export class RecordedPeer {
  readonly key = `recorded-peer-${process.pid}-${(peers += 1)}`.padEnd(24, "x");
  readonly id = peerIdFromKey(this.key);
  readonly events: ClientEvent[] = [];
  /** When each event was recorded. */
  readonly times: number[] = [];
  readonly socket: Socket;
  /** Rejections by code. */
  readonly rejections: string[] = [];
  readonly room: string;
  /**
   * A message that its receiver has not acknowledged after this many milliseconds is sent again, then after twice as
   * long.
   */
  resendMs = 500;
  readonly #features: readonly string[];
  readonly #outbox: Outgoing[] = [];
  readonly #next = new Map<string, number>();
  readonly #delivered = new Map<string, number>();
  /** How often messages to a receiver were abandoned: what is sent later has an epoch of its own, without a gap. */
  readonly #abandoned = new Map<string, number>();
  readonly #watchers = new Set<() => void>();
  readonly #onAny = (event: string, payload: Payload): void => this.#receive(event, payload);
  #connections = 0;
  #isConnected = false;
  #isMember = false;
  #left = false;
  #isResending = false;
  #resends = 0;

  /** @param through the address to connect to, or a socket that several peers share: each is in a room of its own */
  constructor(through: string | Socket, room: string, { features = ["drain"] }: { features?: readonly string[] } = {}) {
    this.room = room;
    this.#features = features;
    this.socket = typeof through === "string" ? connectSocket(through) : through;
    this.socket.on("connect", () => {
      this.#connected();
    });
    this.socket.on("disconnect", () => {
      this.#isMember = false;
      this.#isConnected = false;
      this.#record({ type: "disconnected" });
    });
    this.socket.onAny(this.#onAny);
    if (!this.socket.connected) return;
    this.#connected();
  }

  get hasLeft(): boolean {
    return this.#left;
  }

  get isMember(): boolean {
    return this.#isMember;
  }

  get history(): ClientHistory {
    return { id: this.id, events: this.events };
  }

  /** Sends so many messages, and resends each until its receiver has acknowledged it. */
  send(to: string, count = 1, stream = "e"): void {
    const epoch = `${stream}${this.#abandoned.get(to) ?? ""}`;
    for (let sent = 0; sent < count; sent += 1) {
      const seq = (this.#next.get(`${to} ${epoch}`) ?? 0) + 1;
      this.#next.set(`${to} ${epoch}`, seq);
      const outgoing = { to, epoch, seq };
      this.#outbox.push(outgoing);
      this.#transmit(outgoing);
    }
  }

  /** Whether everybody has acknowledged everything. */
  get isDone(): boolean {
    return this.#outbox.length === 0;
  }

  /** Resolves when the server knows, or cannot. */
  async leave(): Promise<void> {
    this.#left = true;
    this.#isMember = false;
    const exit = { room: this.room };
    if (this.socket.connected)
      await this.socket
        .timeout(5000)
        .emitWithAck("exit", exit)
        .catch(() => undefined);
    // It may have come back meanwhile.
    if (this.hasLeft) this.#record({ type: "left" });
  }

  /** Joins again after `leave`. */
  comeBack(): void {
    this.#left = false;
    this.#join();
  }

  close(): void {
    this.#left = true;
    this.socket.disconnect();
  }

  /** The events of a type, of others than itself. */
  seen<Type extends ClientEvent["type"]>(type: Type): Extract<ClientEvent, { type: Type }>[] {
    return this.events.filter((event): event is Extract<ClientEvent, { type: Type }> => event.type === type);
  }

  /** Resolves when the condition holds; it is checked after each event. */
  async until(what: string, condition: () => boolean, ms = 20_000): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve, reject) => {
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        this.#watchers.delete(watch);
        settle();
      };
      const watch = (): void => {
        if (condition()) end(resolve);
      };
      const last = (): string => JSON.stringify(this.events.slice(-10));
      const timer = setTimeout(
        () =>
          end(() => reject(new Error(`${this.id} waited ${ms} ms for ${what}: ${last()} ${this.rejections.join()}`))),
        ms,
      );
      this.#watchers.add(watch);
    });
  }

  #connected(): void {
    this.#isConnected = true;
    this.#record({ type: "connected", connection: (this.#connections += 1) });
    this.#join();
  }

  #join(): void {
    if (this.#left || !this.socket.connected) return;
    const join = { room: this.room, key: this.key, features: this.#features };
    this.socket
      .timeout(5000)
      .emit("createAndJoinRoom", join, (failed: unknown, reply?: { ok: boolean; code?: string }) => {
        if (reply?.code !== undefined) this.rejections.push(reply.code);
        if (failed != null || reply?.ok !== true) setTimeout(() => !this.#isMember && this.#join(), rejoinMs);
      });
  }

  #receive(event: string, payload: Payload): void {
    // Socket.IO's client keeps what arrives as the connection ends, and emits it before the next one is there.
    if (payload.room !== this.room || !this.#isConnected) return;
    if (event === "created") {
      this.#isMember = true;
      const present = (payload.peers as Present[]).map(({ id, state }) => ({ id, state }));
      this.#record({ type: "created", peers: present });
      for (const outgoing of this.#outbox) this.#transmit(outgoing);
    } else if (event === "joined") this.#record({ type: "joined", id: payload.id });
    else if (event === "presence")
      this.#record({ type: "presence", id: payload.id, state: payload.state as Present["state"] });
    else if (event === "exit") {
      this.#record({ type: "exit", id: payload.from, reason: payload.reason as string });
      this.#abandon(payload.from);
      if (payload.from === this.id) {
        this.#isMember = false;
        if (payload.reason === "closed") setTimeout(() => this.#join(), rejoinMs);
      }
    } else if (event === "drain") {
      this.socket.io.engine.close();
    } else if (event === "rejected") this.rejections.push(payload.code as string);
    else if (event === "offer") this.#arrived(payload);
    else if (event === "candidate") this.#acknowledged(payload);
  }

  #arrived({ from, offerId, link }: Payload): void {
    const { epoch, seq } = link as { epoch: string; seq: number };
    this.#record({ type: "arrived", from, tx: offerId as string, epoch, seq });
    const stream = `${from} ${epoch}`;
    const last = this.#delivered.get(stream) ?? 0;
    if (seq === last + 1) {
      this.#delivered.set(stream, seq);
      this.#record({ type: "delivered", from, epoch, seq });
    }
    const ack = { epoch, seq: 0, ack: this.#delivered.get(stream) ?? 0 };
    if (this.#isMember)
      this.socket.emit("candidate", { room: this.room, to: from, candidate: { sdp: "", sdpMid: "0" }, link: ack });
  }

  #acknowledged({ from, link }: Payload): void {
    const { epoch, ack } = link as { epoch: string; ack: number };
    const left = this.#outbox.filter((each) => each.to !== from || each.epoch !== epoch || each.seq > ack);
    this.#outbox.splice(0, this.#outbox.length, ...left);
    this.#resends = 0;
    this.#notify();
  }

  /** Whether another peer is there, as the events say. */
  knows(id: string): boolean {
    let isThere = false;
    for (const event of this.events) {
      if (event.type === "created") isThere = event.peers.some((peer) => peer.id === id);
      else if (event.type === "joined" && event.id === id) isThere = true;
      else if (event.type === "exit" && event.id === id) isThere = false;
    }
    return isThere;
  }

  /** What was sent and is not acknowledged may be lost: who leaves sends nothing again. */
  abandonAll(): void {
    for (const to of new Set(this.#outbox.map((each) => each.to))) this.#abandon(to);
  }

  /** Takes nothing in any more: for a socket that others use as well. */
  forget(): void {
    this.#left = true;
    this.socket.offAny(this.#onAny);
  }

  /** Nothing is sent any more to a peer that has left. */
  #abandon(to: string): void {
    const epochs = new Set<string>();
    for (const each of this.#outbox.filter((outgoing) => outgoing.to === to)) {
      this.#outbox.splice(this.#outbox.indexOf(each), 1);
      // The first of each epoch stands for those after it.
      if (!epochs.has(each.epoch)) this.#record({ type: "abandoned", ...each });
      epochs.add(each.epoch);
    }
    if (epochs.size > 0) this.#abandoned.set(to, (this.#abandoned.get(to) ?? 0) + 1);
  }

  #transmit(outgoing: Outgoing): void {
    const { to, epoch, seq } = outgoing;
    if (!this.#outbox.includes(outgoing) || this.#left) return;
    if (this.#isMember) {
      const tx = `tx-${(transmissions += 1)}`;
      this.#record({ type: "sent", to, epoch, seq, tx });
      this.socket.emit("offer", { room: this.room, to, sdp: "v=0", offerId: tx, link: { epoch, seq, ack: 0 } });
    }
    this.#resendLater();
  }

  #resendLater(): void {
    if (this.#isResending) return;
    this.#isResending = true;
    setTimeout(
      () => {
        this.#isResending = false;
        this.#resends += 1;
        for (const outgoing of [...this.#outbox]) this.#transmit(outgoing);
      },
      Math.min(this.resendMs * 2 ** this.#resends, Math.max(maxResendMs, this.resendMs)),
    );
  }

  #record(event: ClientEvent): void {
    this.events.push(event);
    this.times.push(performance.now());
    this.#notify();
  }

  #notify(): void {
    for (const watch of [...this.#watchers]) watch();
  }
}
