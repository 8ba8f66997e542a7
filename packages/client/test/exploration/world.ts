import type { PeerManagerOptions } from "../../src/index.js";
import { FakeClock, FakeNetwork, type MemorySocket } from "../../src/testing/index.js";
import { limited } from "./limited-connection.js";
import { Person } from "./person.js";
import type { Delays, Recording, TimedStep } from "./recording.js";
import type { Scenario } from "./scenario.js";
import { createServer, type ServerInMemory } from "./servers.js";

export const room = "room";

export type WorldSettings = Pick<Recording, "seed" | "server" | "scenario" | "delays">;

/** Three people, a network and a signaling server under one fake clock. */
export class World {
  readonly scenario: Scenario;
  readonly clock = new FakeClock();
  readonly network: FakeNetwork;
  readonly server: ServerInMemory;
  readonly people: readonly Person[];
  /** What happened, line by line. */
  readonly trace: string[] = [];
  /** Calls to connections that should not have been made. */
  readonly wrongCalls: string[] = [];
  readonly steps: TimedStep[] = [];

  constructor({ seed, server, scenario, delays }: WorldSettings, options: PeerManagerOptions = {}) {
    this.scenario = scenario;
    const { clock } = this;
    this.network = createNetwork(clock, seed, delays, scenario.packets === true);
    this.server = createServer(server, {
      clock,
      seed: seed + 1,
      latencyMs: delays.signalingMs,
      graceMs: delays.graceMs,
    });
    this.people = ["ada", "bob", "cleo"].map((name, index) => {
      const capabilities = scenario.abilities?.[index] ?? {};
      const RTCPeerConnection = limited(this.#connectionClass(name), capabilities, (call) =>
        this.wrongCalls.push(`${name} was asked to ${call}`),
      );
      // Whoever keeps no sequence sends no offer with a join: it could not be ended by another one.
      const onConnection = scenario.withoutLink === true ? () => undefined : undefined;
      return new Person(name, this.#socket(), { clock, RTCPeerConnection, capabilities, onConnection, ...options });
    });
  }

  person(name: string): Person {
    const found = this.people.find((person) => person.name === name);
    if (found === undefined) throw new Error(`There is no person "${name}".`);
    return found;
  }

  note(what: string): void {
    this.trace.push(`${this.clock.now().toFixed(0).padStart(7)} ${what}`);
  }

  #socket(): MemorySocket {
    const socket = this.server.socket();
    if (this.scenario.withoutLink !== true) return socket;
    const emit = socket.emit.bind(socket);
    socket.emit = (event, payload, ack) =>
      emit(event, typeof payload === "object" ? { ...payload, link: undefined } : payload, ack);
    return socket;
  }

  /** A candidate that a connection rejects should not have been added to it. */
  #connectionClass(name: string): typeof RTCPeerConnection {
    const { wrongCalls } = this;
    return class extends this.network.connectionClass(name) {
      override addIceCandidate(candidate?: RTCIceCandidateInit | null): Promise<void> {
        const added = super.addIceCandidate(candidate);
        added.catch((error: unknown) =>
          wrongCalls.push(`${name} was asked to add a candidate of another generation: ${String(error)}`),
        );
        return added;
      }
    };
  }
}

function createNetwork(clock: FakeClock, seed: number, delays: Delays, packets: boolean): FakeNetwork {
  return new FakeNetwork({
    clock,
    seed,
    candidates: delays.candidates,
    packets,
    operationMs: delays.operationMs,
    eventMs: [0, 2],
    gatheringMs: delays.gatheringMs,
    connectingMs: [5, 80],
    latencyMs: [1, 30],
    disconnectedMs: [2000, 3000],
    failedMs: [12_000, 18_000],
  });
}
