import { PeerManager, type Peer } from "@sig/client";
import type { io } from "socket.io-client";
import { MediaStream, type MediaStreamTrack } from "werift";
import * as z from "zod/mini";
import { abilities, NodeRTCPeerConnection } from "./peer-connection.js";
import { Reception } from "./reception.js";

/** What is said in the example meeting. */
const messages = { chat: z.object({ text: z.string().check(z.minLength(1), z.maxLength(2000)) }) };

/** What the meeting's page says of itself, and this of itself. */
interface Profile {
  readonly name: string;
  readonly muted?: boolean;
  readonly camera?: boolean;
  readonly bot?: boolean;
}

/** What the bot tells of, one JSON line each. */
export type Report =
  | { readonly event: "joined"; readonly id: string; readonly room: string }
  | { readonly event: "peer"; readonly peer: string; readonly state: string }
  | { readonly event: "left"; readonly peer: string }
  | { readonly event: "message"; readonly peer: string; readonly text: string }
  | {
      readonly event: "track" | "trackEnded";
      readonly peer: string;
      readonly kind: string;
      readonly label: string | undefined;
    }
  | { readonly event: "received"; readonly peer: string; readonly kind: "audio" | "video"; readonly count: number }
  | { readonly event: "error"; readonly message: string };

export interface BotOptions {
  readonly name: string;
  readonly tracks: readonly MediaStreamTrack[];
  readonly report: (report: Report) => void;
}

const reportMs = 500;

/** Somebody in the room who is a program: sends its tracks to everyone, answers what is said to it, and counts what it gets. */
export class Bot {
  readonly #manager: PeerManager<typeof messages, Profile>;
  readonly #report: BotOptions["report"];
  readonly #receptions = new Map<MediaStreamTrack, { peer: string; reception: Reception; reported: number }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(socket: ReturnType<typeof io>, { name, tracks, report }: BotOptions) {
    this.#report = report;
    const metadata: Profile = { name, bot: true };
    this.#manager = new PeerManager(socket, {
      RTCPeerConnection: NodeRTCPeerConnection,
      capabilities: abilities,
      metadata,
      messages,
    });
    this.#listen();
    // The types of the client are those of browsers; it asks for no more of a stream than its id and its tracks.
    if (tracks.length > 0)
      this.#manager.publish(new MediaStream([...tracks]) as unknown as globalThis.MediaStream, { label: "bot" });
  }

  /** Rejects as `PeerManager.join` does. */
  async join(room: string): Promise<void> {
    await this.#manager.join(room);
    this.#report({ event: "joined", id: this.#manager.id ?? "", room });
    this.#timer = setInterval(() => this.#reportReceptions(), reportMs);
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
      const incoming = track as unknown as MediaStreamTrack;
      this.#receptions.set(incoming, { peer: peer.id, reception: new Reception(incoming), reported: 0 });
    });
    manager.on("trackEnded", ({ peer, track, label }) => {
      this.#report({ event: "trackEnded", peer: peer.id, kind: track.kind, label });
      const ended = track as unknown as MediaStreamTrack;
      this.#receptions.get(ended)?.reception.end();
      this.#receptions.delete(ended);
    });
  }

  /** Two bots would answer each other for ever. */
  #answer(peer: Peer<typeof messages, Profile>, text: string): void {
    if (peer.metadata?.bot === true) return;
    const name = typeof peer.metadata?.name === "string" ? peer.metadata.name : "you";
    peer.send("chat", { text: `Hello ${name}, I am a program. You said: ${text}`.slice(0, 2000) });
  }

  #reportReceptions(): void {
    for (const entry of this.#receptions.values()) {
      const { kind, count } = entry.reception.received;
      if (count === entry.reported) continue;
      entry.reported = count;
      this.#report({ event: "received", peer: entry.peer, kind, count });
    }
  }
}
