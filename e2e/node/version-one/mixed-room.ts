import { randomBytes } from "node:crypto";
import { PeerManager, type PeerManagerOptions } from "@sig/client";
import { FakeNetwork } from "@sig/client/testing";
import { attachSignaling, type SignalingOptions } from "@sig/server";
import type { Socket } from "socket.io";
import type { Socket as ClientSocket } from "socket.io-client";
import { expect } from "vitest";
import type { VersionOne } from "../../support/version-one.js";
import { Lab } from "../support/lab.js";
import { clientReading, serverReading, type Reading } from "./readings.js";

export type Version = 1 | 2;

/** After an outage, some come back before others: what they send to those is rejected, and resent. */
const absent = new Set(["NOT_IN_ROOM", "PEER_AWAY", "PEER_NOT_FOUND"]);

export interface Member {
  readonly manager: PeerManager;
  readonly socket: ClientSocket;
}

/** Clients of both versions in one room, on a server of either version, with everything that reaches version 1. */
export class MixedRoom {
  readonly lab = new Lab();
  /** What version 1 could not read, or does not know; and what a server rejected. */
  readonly faults: string[] = [];
  /** The events that the clients of version 1 received. */
  readonly received = new Set<string>();
  readonly #network = new FakeNetwork({ disconnectedMs: 20, failedMs: 50 });
  readonly #one: VersionOne;
  readonly #readByClient: Reading;
  readonly #readByServer: Reading;

  constructor(one: VersionOne) {
    this.#one = one;
    this.#readByClient = clientReading(one.protocol);
    this.#readByServer = serverReading(one.protocol);
  }

  async serve(version: Version, options: SignalingOptions<Socket> = {}): Promise<void> {
    const iceServers = () => ({ iceServers: [{ urls: "stun:stun.example.org" }], ttl: 3600 });
    await this.lab.serve(
      { iceServers, ...options },
      version === 1 ? this.#one.server.attachSignaling : attachSignaling,
    );
    this.lab.signaling.on("rejected", ({ event, code }) => {
      if (!absent.has(code)) this.faults.push(`${event} was rejected: ${code}`);
    });
    if (version === 2) return;
    this.lab.io.on("connection", (socket) => {
      socket.onAny((event: string, payload: unknown) => this.faults.push(...this.#readByServer(event, payload)));
    });
  }

  /** A manager with a connection of its own, in no room yet. */
  manage(version: Version, name: string, options: Partial<PeerManagerOptions> = {}, url = this.lab.url): Member {
    const socket = this.lab.connect({}, url);
    if (version === 1) this.#readAll(socket);
    const connectionClass = this.#network.connectionClass(name);
    const RTCPeerConnection = version === 1 ? this.#readChannels(connectionClass) : connectionClass;
    const Manager = version === 1 ? this.#one.client.PeerManager : PeerManager;
    const recovery = { rejoinDelayMs: 20, rejoinMaxDelayMs: 50, absentMs: 50 };
    const manager = this.lab.manage(socket, { RTCPeerConnection, metadata: { name }, recovery, ...options }, Manager);
    return { manager, socket };
  }

  /** A client that names every feature there is, whether or not the manager of version 2 does so already. */
  joinWithFeatures(): Promise<{ id: string }> {
    const features = ["waiting", "mute", "notices", "bundles", "offer-with-join", "drain", "demand"];
    const join = { room: "room", key: randomBytes(16).toString("base64url"), features };
    return this.lab.connect().emitWithAck("createAndJoinRoom", join) as Promise<{ id: string }>;
  }

  /** Takes a member off both networks: its server, and its peers. */
  lose({ socket }: Member, name: string): void {
    this.#network.cut(name);
    socket.disconnect();
  }

  /** Waits until each of these managers is connected with all others. */
  async connected(members: readonly Member[]): Promise<void> {
    const states = (): unknown =>
      members.map(({ manager }) => Array.from(manager.peers.values(), ({ state }) => state));
    const all = members.map(() => members.slice(1).map(() => "connected"));
    await expect.poll(states).toEqual(all);
  }

  async close(members: readonly Member[] = []): Promise<void> {
    await Promise.all(members.map(({ manager }) => manager.leave()));
    await this.lab.close();
  }

  /** Every event, and every answer to a join: it has the fields of `created`. */
  #readAll(socket: ClientSocket): void {
    const read = (event: string, payload: unknown): void => {
      this.received.add(event);
      this.faults.push(...this.#readByClient(event, payload));
    };
    socket.onAny(read);
    const emit = socket.emit.bind(socket);
    socket.emit = (event, ...args: unknown[]) => {
      if (event !== "createAndJoinRoom") return emit(event, ...args);
      const [payload, answered] = args as [unknown, (error: unknown, answer?: { ok: boolean }) => void];
      return emit(event, payload, (error: unknown, answer?: { ok: boolean }) => {
        const { ok, ...fields } = answer ?? {};
        if (ok === true) read("created", fields);
        answered(error, answer);
      });
    };
  }

  #readChannels(Connection: typeof RTCPeerConnection): typeof RTCPeerConnection {
    const read = (text: string): void => void this.faults.push(...this.#readFromPeer(text));
    return class extends Connection {
      override createDataChannel(label: string, init?: RTCDataChannelInit): RTCDataChannel {
        const channel = super.createDataChannel(label, init);
        channel.addEventListener("message", ({ data }: MessageEvent<string>) => read(data));
        return channel;
      }
    };
  }

  /** Version 1 takes what has no `type`, no `got` and no `event` for a message of the application. */
  #readFromPeer(text: string): string[] {
    const { event = "", ...message } = JSON.parse(text) as { type?: unknown; got?: unknown; event?: string };
    if (typeof message.type === "string" || typeof message.got === "number") return [];
    if (!["offer", "answer", "candidate"].includes(event)) return [`a peer sent ${text}`];
    return this.#readByClient(event, { ...message, from: "peer", to: "me", room: "room" });
  }
}
