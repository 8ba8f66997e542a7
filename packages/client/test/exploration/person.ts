import { PeerManager, type PeerManagerOptions, type Publication } from "../../src/index.js";
import { fakeStream, type MemorySocket } from "../../src/testing/index.js";
import type { Kind } from "./recording.js";

/** A person with a socket and a manager; records what they publish, send and receive. */
export class Person {
  readonly name: string;
  readonly socket: MemorySocket;
  readonly manager: PeerManager;
  /** Label -> the publication under it. */
  readonly published = new Map<string, { readonly publication: Publication; readonly kinds: readonly Kind[] }>();
  /** Peer id -> the tracks from it, each as `label kind`. */
  readonly receivedTracks = new Map<string, Map<MediaStreamTrack, string>>();
  /** Violations that show at the moment they happen. */
  readonly violations: string[] = [];
  readonly errors: string[] = [];
  /** Peer id -> the numbers sent to it. */
  readonly sentNumbers = new Map<string, number[]>();
  /** Peer id -> the numbers received from it. */
  readonly receivedNumbers = new Map<string, number[]>();
  /** How many connections were replaced after they had been connected. */
  replaced = 0;
  #labels = 0;
  #numbers = 0;

  constructor(name: string, socket: MemorySocket, options: PeerManagerOptions) {
    this.name = name;
    this.socket = socket;
    this.manager = new PeerManager(socket, options);
    this.manager.on("track", ({ peer, track, label }) => {
      const tracks = this.receivedTracks.get(peer.id) ?? new Map<MediaStreamTrack, string>();
      this.receivedTracks.set(peer.id, tracks);
      if (tracks.has(track)) this.violations.push(`${name} got a track twice`);
      tracks.set(track, `${String(label)} ${track.kind}`);
    });
    this.manager.on("trackEnded", ({ peer, track }) => {
      if (this.receivedTracks.get(peer.id)?.delete(track) !== true)
        this.violations.push(`${name}: a track ended that had not begun`);
    });
    const wasConnected = new Set<string>();
    this.manager.on("peerState", (peer, state) => state === "connected" && wasConnected.add(peer.id));
    this.manager.on("recovery", ({ peer, step }) => {
      if (step === "rebuilding" && wasConnected.has(peer.id)) this.replaced++;
    });
    this.manager.on("peerJoined", ({ id }) => {
      for (const numbers of [this.sentNumbers, this.receivedNumbers]) numbers.delete(id);
    });
    this.manager.on("message", ({ peer, data }) => {
      const received = listOf(this.receivedNumbers, peer.id);
      if (Number(data) <= (received.at(-1) ?? 0))
        this.violations.push(`${name} received ${String(data)} after ${String(received.at(-1))}`);
      received.push(Number(data));
    });
    this.manager.on("error", ({ code, message }) => this.errors.push(`${code}: ${message}`));
  }

  get isIn(): boolean {
    return this.manager.state === "joined" || this.manager.state === "reconnecting";
  }

  get isOut(): boolean {
    return this.manager.state === "idle" || this.manager.state === "left";
  }

  /** The published tracks, as others should see them. */
  get sentTracks(): string[] {
    return [...this.published].flatMap(([label, { kinds }]) => kinds.map((kind) => `${label} ${kind}`)).sort();
  }

  tracksFrom(id: string): string[] {
    return [...(this.receivedTracks.get(id)?.values() ?? [])].sort();
  }

  /** Sends the next number to everybody. */
  sendNumber(): void {
    if (!this.isIn) return;
    this.manager.send("number", ++this.#numbers);
    for (const id of this.manager.peers.keys()) listOf(this.sentNumbers, id).push(this.#numbers);
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
