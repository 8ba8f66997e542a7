import { PeerManager, type Peer } from "@sig/client";
import { type FakeNetwork } from "@sig/client/testing";
import { io, type Socket } from "socket.io-client";

/** Somebody in a call: the manager of one version, and everything that it has reported of the others. */
export class Person {
  readonly name: string;
  readonly manager: PeerManager;
  /** Each line begins with the name of the event, and then of the peer. */
  readonly seen: string[] = [];
  /** To whom the offer was sent that came with its join. */
  offeredTo: string | undefined;
  readonly #socket: Socket;

  /** @param Manager of another version of the package, if not of this one */
  constructor(url: string, name: string, network: FakeNetwork, Manager = PeerManager) {
    this.name = name;
    this.#socket = io(url, {
      forceNew: true,
      transports: ["websocket"],
      reconnectionDelay: 20,
      reconnectionDelayMax: 50,
    });
    const metadata: unknown = { name };
    this.manager = new Manager(this.#socket, {
      RTCPeerConnection: network.connectionClass(name),
      metadata,
      recovery: { rejoinDelayMs: 20, rejoinMaxDelayMs: 50 },
    });
    this.#socket.on("created", (created: { offeredTo?: string }) => (this.offeredTo = created.offeredTo));
    this.#record();
  }

  /** What it has seen of an event. */
  of(event: string): string[] {
    return this.seen.filter((line) => line.startsWith(`${event} `)).sort();
  }

  /** The names of those with whom it is connected. */
  get connectedWith(): string[] {
    return [...this.manager.peers.values()]
      .filter(({ state }) => state === "connected")
      .map(nameOf)
      .sort();
  }

  get connections(): ReadonlyMap<string, unknown> {
    return new Map(Array.from(this.manager.peers.values(), (peer) => [nameOf(peer), peer.connection]));
  }

  /** The names of those with whom it has other connections than before. */
  connectionsThatDiffer(before: ReadonlyMap<string, unknown>): string[] {
    const { connections } = this;
    return [...before.keys()].filter((name) => connections.get(name) !== before.get(name));
  }

  async close(): Promise<void> {
    await this.manager.leave();
    this.#socket.disconnect();
  }

  #record(): void {
    const { manager } = this;
    const record = (event: string, ...words: unknown[]): void => void this.seen.push([event, ...words].join(" "));
    manager.on("peerJoined", (peer) => record("joined", nameOf(peer)));
    manager.on("peerLeft", (peer, reason) => record("left", nameOf(peer), reason));
    manager.on("peerMetadata", (peer) => record("metadata", nameOf(peer), stageOf(peer.metadata)));
    manager.on("peerAttributes", (peer, attributes) => record("attributes", nameOf(peer), stageOf(attributes)));
    manager.on("track", ({ peer, label }) => record("track", nameOf(peer), label));
    manager.on("serverMessage", ({ type, data }) => record("message", type, data));
    manager.on("error", ({ code }) => record("error", code));
  }
}

function nameOf({ metadata }: Pick<Peer, "metadata">): string {
  return (metadata as { name: string }).name;
}

function stageOf(value: unknown): string {
  return (value as { stage: string }).stage;
}
