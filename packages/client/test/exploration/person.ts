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
  /** Peer id -> the numbers that were said to it, and that were heard of it. */
  readonly said = new Map<string, number[]>();
  readonly heard = new Map<string, number[]>();
  /** Connections that stood once and were replaced. */
  replaced = 0;
  #labels = 0;
  #numbers = 0;

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
      if (this.received.get(peer.id)?.delete(track) !== true)
        this.wrong.push(`${name}: a track ended that had not begun`);
    });
    const stood = new Set<string>();
    this.manager.on("peerState", (peer, state) => state === "connected" && stood.add(peer.id));
    this.manager.on("recovery", ({ peer, step }) => {
      if (step === "rebuilding" && stood.has(peer.id)) this.replaced++;
    });
    this.manager.on("peerJoined", ({ id }) => {
      for (const numbers of [this.said, this.heard]) numbers.delete(id);
    });
    this.manager.on("message", ({ peer, data }) => {
      const heard = listOf(this.heard, peer.id);
      if (Number(data) <= (heard.at(-1) ?? 0))
        this.wrong.push(`${name} heard ${String(data)} after ${String(heard.at(-1))}`);
      heard.push(Number(data));
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

  /** Says the next number to everybody. */
  say(): void {
    if (!this.isIn) return;
    this.manager.send("number", ++this.#numbers);
    for (const id of this.manager.peers.keys()) listOf(this.said, id).push(this.#numbers);
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

function listOf(lists: Map<string, number[]>, id: string): number[] {
  const list = lists.get(id) ?? [];
  lists.set(id, list);
  return list;
}
