import { PeerManager, type Peer, type Publication } from "../../src/index.js";
import { fakeStream, type FakeClock, type FakeNetwork, type MemorySocket } from "../../src/testing/index.js";

export const room = "room";

/** Something that a listener may do. */
export type Action = "leave" | "rejoin" | "publish" | "publishAgain" | "stop" | "close" | "throw" | "reject";

export const actions: readonly Action[] = [
  "leave",
  "rejoin",
  "publish",
  "publishAgain",
  "stop",
  "close",
  "throw",
  "reject",
];

/** The events whose listeners act. */
export const events = [
  "state",
  "peerJoined",
  "peerLeft",
  "peerState",
  "peerPresence",
  "track",
  "trackEnded",
  "message",
  "recovery",
  "error",
] as const;

export type EventName = (typeof events)[number];

/** A member of the room whose listeners do what they should not. */
export class Member {
  readonly manager: PeerManager;
  readonly socket: MemorySocket;
  /** Peers that joined and have not left, as the events tell it. */
  readonly present = new Set<Peer>();
  readonly violations: string[] = [];
  readonly #name: string;
  readonly #publications: Publication[] = [];
  #stream: MediaStream | undefined;

  constructor(name: string, socket: MemorySocket, clock: FakeClock, network: FakeNetwork) {
    this.#name = name;
    this.socket = socket;
    // Errors of listeners are part of the test.
    const quiet = (): void => undefined;
    const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };
    this.manager = new PeerManager(socket, { clock, logger, RTCPeerConnection: network.connectionClass(name) });
    this.manager.on("peerJoined", (peer) => {
      if (this.present.has(peer)) this.#violated(`${peer.id} joined twice`);
      this.present.add(peer);
    });
    this.manager.on("peerLeft", (peer) => {
      if (!this.present.delete(peer)) this.#violated(`${peer.id} left without having joined`);
      if (peer.state !== "closed") this.#violated(`${peer.id} left and is ${peer.state}`);
    });
  }

  get isOut(): boolean {
    return this.manager.state === "idle" || this.manager.state === "left";
  }

  join(): void {
    if (this.isOut) this.manager.join(room, { timeoutMs: 600_000 }).catch(() => undefined);
  }

  /** Does it now, and rejects where the action is to reject. */
  act(action: Action): void | Promise<void> {
    const [peer] = this.manager.peers.values();
    switch (action) {
      case "leave":
        void this.manager.leave();
        break;
      case "rejoin":
        void this.manager.leave();
        this.join();
        break;
      case "publish":
        this.#publish(fakeStream("audio", "video"));
        break;
      case "publishAgain":
        this.#publish((this.#stream ??= fakeStream("video")));
        break;
      case "stop":
        this.#publications.pop()?.stop();
        break;
      case "close":
        peer?.connection?.close();
        break;
      case "throw":
        throw new Error("A listener of the test threw.");
      case "reject":
        return Promise.reject(new Error("A listener of the test rejected."));
    }
  }

  stopAll(): void {
    for (const publication of this.#publications.splice(0)) publication.stop();
  }

  #publish(stream: MediaStream): void {
    if (this.#publications.length < 4) this.#publications.push(this.manager.publish(stream));
  }

  #violated(what: string): void {
    this.violations.push(`${this.#name}: ${what}`);
  }
}
