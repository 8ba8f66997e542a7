import { PeerManager, type Peer } from "@sig/client";
import type { io } from "socket.io-client";
import { MediaStream, type MediaStreamTrack } from "werift";
import * as z from "zod/mini";
import { NodeRTCPeerConnection, weriftCapabilities } from "./peer-connection.js";
import { ReceivedTrack } from "./received-track.js";
import type { Report } from "./report.js";

const maxChatLength = 2000;

/** The messages of the example meeting (examples/web). */
const messages = { chat: z.object({ text: z.string().check(z.minLength(1), z.maxLength(maxChatLength)) }) };

/** The metadata of the example meeting, and `bot` for this program. */
interface Profile {
  readonly name: string;
  readonly muted?: boolean;
  readonly camera?: boolean;
  readonly bot?: boolean;
}

export interface BotOptions {
  readonly name: string;
  readonly tracks: readonly MediaStreamTrack[];
  readonly report: (report: Report) => void;
}

interface Counter {
  readonly peer: string;
  readonly received: ReceivedTrack;
  reported: number;
}

const reportIntervalMs = 500;

/**
 * A peer without a browser: sends its tracks to everyone, answers chat messages, and counts the media that it receives.
 */
export class Bot {
  readonly #manager: PeerManager<typeof messages, Profile>;
  readonly #report: BotOptions["report"];
  readonly #counters = new Map<MediaStreamTrack, Counter>();
  #timer: NodeJS.Timeout | undefined;

  constructor(socket: ReturnType<typeof io>, { name, tracks, report }: BotOptions) {
    this.#report = report;
    const metadata: Profile = { name, bot: true };
    this.#manager = new PeerManager(socket, {
      RTCPeerConnection: NodeRTCPeerConnection,
      capabilities: weriftCapabilities,
      metadata,
      messages,
    });
    this.#listen();
    // The client has the browser's types, but uses only the id and the tracks of a stream.
    if (tracks.length > 0)
      this.#manager.publish(new MediaStream([...tracks]) as unknown as globalThis.MediaStream, { label: "bot" });
  }

  /** Rejects as `PeerManager.join` does. */
  async join(room: string): Promise<void> {
    await this.#manager.join(room);
    this.#report({ event: "joined", id: this.#manager.id ?? "", room });
    this.#timer = setInterval(() => this.#reportCounts(), reportIntervalMs);
  }

  /** Never rejects. */
  async leave(): Promise<void> {
    clearInterval(this.#timer);
    await this.#manager.leave();
  }

  #listen(): void {
    const manager = this.#manager;
    manager.on("peerState", (peer, state) => this.#report({ event: "peer", peer: peer.id, state }));
    manager.on("peerLeft", (peer) => this.#report({ event: "left", peer: peer.id }));
    manager.on("error", ({ message }) => this.#report({ event: "error", message }));
    manager.on("message", ({ peer, data }) => {
      this.#report({ event: "message", peer: peer.id, text: data.text });
      this.#answer(peer, data.text);
    });
    manager.on("track", ({ peer, track, label }) => {
      this.#report({ event: "track", peer: peer.id, kind: track.kind, label });
      const received = track as unknown as MediaStreamTrack;
      this.#counters.set(received, { peer: peer.id, received: new ReceivedTrack(received), reported: 0 });
    });
    manager.on("trackEnded", ({ peer, track, label }) => {
      this.#report({ event: "trackEnded", peer: peer.id, kind: track.kind, label });
      const ended = track as unknown as MediaStreamTrack;
      this.#counters.get(ended)?.received.stop();
      this.#counters.delete(ended);
    });
  }

  /** Ignores other bots: two of them would answer each other forever. */
  #answer(peer: Peer<typeof messages, Profile>, text: string): void {
    if (peer.metadata?.bot === true) return;
    const name = typeof peer.metadata?.name === "string" ? peer.metadata.name : "you";
    peer.send("chat", { text: `Hello ${name}, I am a program. You said: ${text}`.slice(0, maxChatLength) });
  }

  #reportCounts(): void {
    for (const counter of this.#counters.values()) {
      const { kind, count } = counter.received;
      if (count === counter.reported) continue;
      counter.reported = count;
      this.#report({ event: "received", peer: counter.peer, kind, count });
    }
  }
}
