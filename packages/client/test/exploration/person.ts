import { PeerManager, type PeerManagerOptions, type Publication } from "../../src/index.js";
import { fakeStream, type MemorySocket } from "../../src/testing/index.js";

export type Kind = "audio" | "video";

/** Somebody with a socket and a manager, and what they publish and get. */
export class Person {
  readonly name: string;
  readonly socket: MemorySocket;
  readonly manager: PeerManager;
  /** Label -> what is published under it. */
  readonly published = new Map<string, { readonly publication: Publication; readonly kinds: readonly Kind[] }>();
  /** Peer id -> what is received from it: `label kind` of each track. */
  readonly received = new Map<string, Map<MediaStreamTrack, string>>();
  /** What must not happen, as it happened. */
  readonly wrong: string[] = [];
  readonly errors: string[] = [];
  /** Connections that stood once and were replaced. */
  replaced = 0;
  #labels = 0;

  constructor(name: string, socket: MemorySocket, options: PeerManagerOptions) {
    this.name = name;
    this.socket = socket;
    this.manager = new PeerManager(socket, options);
    this.manager.on("track", ({ peer, track, label }) => {
      const tracks = this.received.get(peer.id) ?? new Map<MediaStreamTrack, string>();
      this.received.set(peer.id, tracks);
      if (tracks.has(track)) this.wrong.push(`${name} got a track twice`);
      tracks.set(track, `${String(label)} ${track.kind}`);
    });
    this.manager.on("trackEnded", ({ peer, track }) => {
      if (this.received.get(peer.id)?.delete(track) !== true) this.wrong.push(`${name}: a track ended that had not begun`);
    });
    const stood = new Set<string>();
    this.manager.on("peerState", (peer, state) => state === "connected" && stood.add(peer.id));
    this.manager.on("recovery", ({ peer, step }) => {
      if (step === "rebuilding" && stood.has(peer.id)) this.replaced++;
    });
    this.manager.on("error", ({ code, message }) => this.errors.push(`${code}: ${message}`));
  }

  get isIn(): boolean {
    return this.manager.state === "joined" || this.manager.state === "reconnecting";
  }

  get isOut(): boolean {
    return this.manager.state === "idle" || this.manager.state === "left";
  }

  /** What this one sends, as others should see it. */
  get sending(): string[] {
    return [...this.published].flatMap(([label, { kinds }]) => kinds.map((kind) => `${label} ${kind}`)).sort();
  }

  receivingFrom(id: string): string[] {
    return [...(this.received.get(id)?.values() ?? [])].sort();
  }

  publish(kinds: readonly Kind[]): string {
    const label = `${this.name}-${String(++this.#labels)}`;
    this.published.set(label, { publication: this.manager.publish(fakeStream(...kinds), { label }), kinds });
    return label;
  }

  stop(label: string): void {
    this.published.get(label)?.publication.stop();
    this.published.delete(label);
  }
}
