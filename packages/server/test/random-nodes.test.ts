import { expect, it } from "vitest";
import { newKey } from "./client.js";
import { randomFrom } from "./fuzz.js";
import { settled, startMemoryService, type MemorySocket } from "./memory-service.js";
import { SharedStore } from "./shared-store.js";

type Service = ReturnType<typeof startMemoryService>;

/** What a peer, the store or an operator knows of a member. */
type Known = readonly [id: string, state: string, metadata: unknown];

const runs = process.env.SIG_LONG === undefined ? 100 : 3000;

/** Three nodes, five people with a key, one room; nodes die and others start. */
class Walk {
  readonly store: SharedStore;
  readonly nodes = new Map<string, Service>();
  readonly sockets: { readonly socket: MemorySocket; readonly node: string }[] = [];
  readonly faults: unknown[] = [];
  readonly steps: string[] = [];
  readonly #random: () => number;
  readonly #keys = Array.from({ length: 5 }, newKey);
  readonly #cutNodes = new Set<string>();
  #started = 0;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
    this.store = new SharedStore(async () => this.#turns(8));
    for (let node = 0; node < 3; node += 1) this.#startNode();
  }

  async run(): Promise<void> {
    for (let step = 0; step < 60; step += 1) {
      this.#step();
      await this.#turns(5);
    }
    for (const name of this.#cutNodes) this.store.restore(name);
    for (let turn = 0; turn < 200; turn += 1) await settled();
    // A node that was cut off answers no kick, and is waited for.
    for (const { clock } of this.nodes.values()) clock.advance(1_000);
    for (let turn = 0; turn < 200; turn += 1) await settled();
    // Members that a node has missed the end of are absent for this long before they have left.
    for (const { clock } of this.nodes.values()) clock.advance(11_000);
    for (let turn = 0; turn < 20; turn += 1) await settled();
  }

  #step(): void {
    const { socket, node } = this.#oneOf(this.sockets) ?? { socket: undefined, node: "" };
    const [id] = this.#oneOf(this.stored()) ?? [];
    const service = this.#oneOf([...this.nodes.values()]);
    const dice = this.#random();
    if (socket === undefined || dice < 0.4) this.#join();
    else if (dice < 0.55 && id !== undefined)
      this.#note(`${node}: ${socket.id} offers to ${id}`, () =>
        socket.send("offer", { room: "r", to: id, sdp: "v=0" }),
      );
    else if (dice < 0.65) this.#note(`${node}: ${socket.id} disconnects`, () => socket.disconnect());
    else if (dice < 0.73) this.#note(`${node}: ${socket.id} exits`, () => socket.send("exit", { room: "r" }));
    else if (dice < 0.84)
      this.#note(`${node}: ${socket.id} has metadata`, () =>
        socket.send("metadata", { room: "r", metadata: this.steps.length }),
      );
    else if (dice < 0.92 && id !== undefined)
      this.#note(`${id} is kicked`, () => void service?.signaling.kick("r", id));
    else if (dice < 0.95) this.#kill();
    else this.#cut();
  }

  #join(): void {
    const [name, service] = this.#oneOf([...this.nodes]) ?? [];
    if (name === undefined || service === undefined) return;
    const socket = service.connect();
    const isLegacy = this.#random() < 0.1;
    this.sockets.push({ socket, node: name });
    this.#note(
      `${name}: ${socket.id} joins`,
      () => void socket.join("r", isLegacy ? {} : { key: this.#oneOf(this.#keys) }),
    );
  }

  #kill(): void {
    const [dead, adopter] = [...this.nodes.keys()].sort(() => this.#random() - 0.5);
    if (dead === undefined || adopter === undefined) return;
    this.#note(`${dead} dies, ${adopter} adopts`, () => {
      // Nothing that it still does reaches anybody.
      this.nodes.delete(dead);
      this.store.kill(dead, adopter);
    });
    this.#startNode();
  }

  /** A node misses what others do, or hears of them again. */
  #cut(): void {
    const name = this.#oneOf([...this.nodes.keys()]);
    if (name === undefined) return;
    const isCut = this.#cutNodes.delete(name);
    this.#note(`${name} ${isCut ? "hears again" : "is cut off"}`, () =>
      isCut ? this.store.restore(name) : this.store.cut(name),
    );
    if (!isCut) this.#cutNodes.add(name);
  }

  #startNode(): void {
    this.#started += 1;
    const name = `node-${this.#started}`;
    const service = startMemoryService({ roster: this.store.node(name), graceMs: 1_000_000 });
    service.signaling.on("error", (fault) => this.faults.push(fault));
    this.nodes.set(name, service);
  }

  stored(): Known[] {
    return this.store.memory.list("r").map(({ id, state, metadata }) => [id, state, metadata]);
  }

  #note(what: string, run: () => void): void {
    this.steps.push(what);
    run();
  }

  #oneOf<Value>(values: readonly Value[]): Value | undefined {
    return values[Math.floor(this.#random() * values.length)];
  }

  async #turns(most: number): Promise<void> {
    for (let turns = Math.floor(this.#random() * most); turns > 0; turns -= 1) await settled();
  }
}

/** Who is there, as a client with a key knows it from its events. */
function viewOf(socket: MemorySocket, own: string): Known[] {
  const view = new Map<string, Known>();
  for (const [event, payload] of socket.log as [string, Record<string, unknown>][]) {
    const id = payload.id as string;
    if (event === "created") {
      view.clear();
      for (const peer of payload.peers as { id: string; state: string; metadata?: unknown }[])
        view.set(peer.id, [peer.id, peer.state, peer.metadata]);
    } else if (event === "joined") view.set(id, [id, "online", payload.metadata]);
    else if (event === "presence") view.set(id, [id, payload.state as string, view.get(id)?.[2]]);
    else if (event === "metadata") view.set(id, [id, view.get(id)?.[1] ?? "", payload.metadata]);
    else if (event === "exit") view.delete(payload.from as string);
  }
  view.delete(own);
  return sorted([...view.values()]);
}

/** A legacy client knows everybody who is online, and perhaps those who are away. */
function expectLegacyView(socket: MemorySocket, stored: readonly Known[], context: string): void {
  const view = new Set<string>();
  for (const [event, payload] of socket.log as [string, Record<string, unknown>][]) {
    if (event === "created") for (const { id } of payload.peers as { id: string }[]) view.add(id);
    else if (event === "joined") {
      expect(view.has(payload.id as string), context).toBe(false);
      view.add(payload.id as string);
    } else if (event === "exit") {
      expect(view.has(payload.from as string), context).toBe(true);
      view.delete(payload.from as string);
    }
  }
  const online = stored.filter(([id, state]) => state === "online" && id !== socket.id).map(([id]) => id);
  expect([...view], context).toEqual(expect.arrayContaining(online));
  expect(
    stored.map(([id]) => id),
    context,
  ).toEqual(expect.arrayContaining([...view]));
}

const sorted = (known: readonly Known[]): Known[] => [...known].sort(([one], [other]) => (one < other ? -1 : 1));

/** The services of a batch are closed when its test ends. */
const batch = 50;
const firstSeed = Number(process.env.SIG_SEED ?? 1);
const batches = Array.from({ length: runs / batch }, (_, at) => firstSeed + at * batch);

it.each(batches)(
  `on nodes that die, peers agree in the end on who is there: ${batch} random runs from seed %i`,
  async (first) => {
    let compared = 0;
    for (let seed = first; seed < first + batch; seed += 1) {
      const walk = new Walk(seed);
      await walk.run();
      const context = `seed ${seed}:\n${walk.steps.join("\n")}`;
      const stored = sorted(walk.stored());
      for (const { id, keyed, state, session, node } of walk.store.memory.list("r")) {
        if (state === "away") continue;
        const { socket } = walk.sockets.find((one) => one.socket.id === session && one.node === node)!;
        expect(socket.connected, context).toBe(true);
        expect(socket.log.find(([event]) => event !== "rejected")?.[0], context).toBe("created");
        if (!keyed) expectLegacyView(socket, stored, context);
        if (keyed) expect(viewOf(socket, id), context).toEqual(stored.filter(([other]) => other !== id));
        compared += 1;
      }
      for (const { signaling } of walk.nodes.values())
        expect(
          sorted((await signaling.peers("r")).map(({ id, state, metadata }) => [id, state, metadata])),
          context,
        ).toEqual(stored);
      expect(walk.faults, context).toEqual([]);
    }
    expect(compared).toBeGreaterThan(batch);
  },
);
