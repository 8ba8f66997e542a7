import type { Abilities, PeerManagerOptions } from "../../src/index.js";
import { FakeClock, FakeNetwork, MemorySignaling, type MemorySocket } from "../../src/testing/index.js";
import { createChances } from "./chances.js";
import { limited } from "./limited.js";
import { Person } from "./person.js";

/** What may happen in a run, beside joins, leaves and changes of tracks. */
export interface Scenario {
  /** ICE restarts that somebody asks for. */
  readonly restarts?: boolean;
  /** Single messages between peers are lost, doubled, reordered. */
  readonly lossy?: boolean;
  /** Sockets are cut, noticed or not, and come back. */
  readonly cutSockets?: boolean;
  /** Paths are cut and mended. */
  readonly cutPaths?: boolean;
  /** The server goes and comes back with empty rooms. */
  readonly serverRestarts?: boolean;
  /** Calls of connections that reject. */
  readonly failures?: boolean;
  /** Receivers tell of packets, so that paths are watched for silence. */
  readonly packets?: boolean;
  /** Everybody has an older client, which numbers no messages. What comes twice comes twice. */
  readonly withoutLink?: boolean;
  /** What the connections of each person cannot do. */
  readonly abilities?: readonly Partial<Abilities>[];
}

export const room = "room";

/** Three people, a network and a signaling server, all of one seed. */
export class World {
  readonly seed: number;
  readonly scenario: Scenario;
  readonly chance: () => number;
  readonly clock = new FakeClock();
  readonly network: FakeNetwork;
  readonly signaling: MemorySignaling;
  readonly people: readonly Person[];
  readonly trace: string[] = [];
  readonly misplaced: string[] = [];

  constructor(seed: number, scenario: Scenario, options: PeerManagerOptions = {}) {
    this.seed = seed;
    this.scenario = scenario;
    this.chance = createChances(seed * 31 + 7);
    const { clock } = this;
    const slow = this.below(3);
    this.network = new FakeNetwork({
      clock,
      seed,
      candidates: 1 + this.below(2),
      packets: scenario.packets === true,
      operationMs: [0, [1, 5, 40][slow] ?? 5],
      eventMs: [0, 2],
      gatheringMs: [0, [2, 15, 60][this.below(3)] ?? 15],
      connectingMs: [5, 80],
      latencyMs: [1, 30],
      disconnectedMs: [2000, 3000],
      failedMs: [12_000, 18_000],
    });
    this.signaling = new MemorySignaling({
      clock,
      seed: seed + 1,
      latencyMs: [1, [4, 30, 150][this.below(3)] ?? 30],
      graceMs: [2000, 30_000][this.below(2)] ?? 30_000,
    });
    this.people = ["ada", "bob", "cleo"].map((name, index) => {
      const capabilities = scenario.abilities?.[index] ?? {};
      const RTCPeerConnection = limited(this.#connectionClass(name), capabilities, (what) =>
        this.misplaced.push(`${name} was to ${what}`),
      );
      return new Person(name, this.#socket(), { clock, RTCPeerConnection, capabilities, ...options });
    });
  }

  #socket(): MemorySocket {
    const socket = this.signaling.socket();
    if (this.scenario.withoutLink !== true) return socket;
    const emit = socket.emit.bind(socket);
    socket.emit = (event, payload, ack) =>
      emit(event, typeof payload === "object" ? { ...payload, link: undefined } : payload, ack);
    return socket;
  }

  /** Candidates that a connection does not take were not to be given to it. */
  #connectionClass(name: string): typeof RTCPeerConnection {
    const { misplaced } = this;
    return class extends this.network.connectionClass(name) {
      override addIceCandidate(candidate?: RTCIceCandidateInit | null): Promise<void> {
        const added = super.addIceCandidate(candidate);
        added.catch((error: unknown) =>
          misplaced.push(`${name} was to add a candidate of another generation: ${String(error)}`),
        );
        return added;
      }
    };
  }

  below(below: number): number {
    return Math.floor(this.chance() * below);
  }

  oneOf<Value>(values: readonly Value[]): Value {
    const value = values[this.below(values.length)];
    if (value === undefined) throw new Error("There is nothing to choose from.");
    return value;
  }

  note(what: string): void {
    this.trace.push(`${this.clock.now().toFixed(0).padStart(7)} ${what}`);
  }
}
