import { readCandidate } from "./candidate-line.js";
import { gather, type Gathered, type GatheringListener } from "./ice-gathering.js";
import { IceStates } from "./ice-states.js";
import type { NetworkCore } from "./network-core.js";
import type { SectionCandidate } from "./sdp.js";

export interface IceListener extends Omit<GatheringListener, "changed"> {
  gatheringChanged(state: RTCIceGatheringState): void;
  iceStateChanged(state: RTCIceConnectionState): void;
  /** The path is up, for the first time or again. */
  flowing(): void;
  /** The other end has closed its connection. */
  otherClosed(): void;
}

/** The ICE generations of both ends, as one end knows them. */
interface Generations {
  readonly local: string;
  readonly remote: string;
}

/** A path to another agent. It is up while the other agent has one to this agent. */
interface Path {
  readonly other: IceAgent;
  /** The generation of this end that established it. */
  readonly local: string;
}

const agents = new WeakMap<NetworkCore, Map<string, IceAgent>>();

/** The agents of a network, by the username fragments of all their ICE generations. */
export function agentsOf(core: NetworkCore): Map<string, IceAgent> {
  const known = agents.get(core) ?? new Map<string, IceAgent>();
  agents.set(core, known);
  return known;
}

/** ICE of one connection: candidates, generations, and the path. */
export class IceAgent {
  readonly name: string;
  /** The number of the connection in its network, from 1. */
  readonly serial: number;
  readonly listener: IceListener;
  /** Gathered candidates, by generation. */
  readonly gathered = new Map<string, Gathered>();
  readonly #core: NetworkCore;
  readonly #states: IceStates;
  readonly #ufrags = new Set<string>();
  /** Remote candidates, by generation. */
  readonly #remote = new Map<string, SectionCandidate[]>();
  #gathering: RTCIceGatheringState = "new";
  #generations: Generations | undefined;
  #path: Path | undefined;
  #connecting: (() => void) | undefined;
  #closed = false;

  constructor(name: string, core: NetworkCore, listener: IceListener) {
    this.name = name;
    this.#core = core;
    this.listener = listener;
    this.#states = new IceStates(core, {
      iceStateChanged: (state) => listener.iceStateChanged(state),
      failing: () => this.#disconnect(),
    });
    this.serial = ++core.made;
    core.live++;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The agent at the other end of the path, if there is one. */
  get other(): IceAgent | undefined {
    const { other } = this.#path ?? {};
    return other !== undefined && other.#pathTo === this ? other : undefined;
  }

  get #pathTo(): IceAgent | undefined {
    return this.#path?.other;
  }

  /** Whether packets arrive. */
  get flows(): boolean {
    const { other } = this;
    return (
      other !== undefined &&
      this.#core.isOpen(this.name, other.name) &&
      ["connected", "disconnected"].includes(this.#states.current)
    );
  }

  /** Whether the path is of the newest generations. */
  get settled(): boolean {
    return this.other !== undefined && this.#path?.local === this.#generations?.local;
  }

  newUfrag(): string {
    const ufrag = `u${String(this.serial)}x${String(this.#ufrags.size + 1)}`;
    this.#ufrags.add(ufrag);
    agentsOf(this.#core).set(ufrag, this);
    return ufrag;
  }

  isOwn(ufrag: string): boolean {
    return this.#ufrags.has(ufrag);
  }

  /** Gathers candidates of a generation, once. It begins a task later. */
  gather(ufrag: string): void {
    if (this.gathered.has(ufrag)) return;
    this.gathered.set(ufrag, gather(ufrag, { ...this.listener, changed: () => this.#gatheringChanged() }, this.#core));
  }

  /** Forgets the candidates of a generation that was rolled back. */
  abandon(ufrag: string): void {
    this.gathered.get(ufrag)?.stop();
    this.gathered.delete(ufrag);
    this.#core.task(() => this.#gatheringChanged());
  }

  addRemote(ufrag: string, candidate: SectionCandidate): void {
    const known = this.#remote.get(ufrag) ?? [];
    if (known.some(({ mid, line }) => mid === candidate.mid && line === candidate.line)) return;
    this.#remote.set(ufrag, [...known, candidate]);
    this.update();
  }

  /** The candidates received for a generation of the other end. */
  remote(ufrag: string): readonly SectionCandidate[] {
    return this.#remote.get(ufrag) ?? [];
  }

  /** Sets the generations of the current descriptions. */
  begin(generations: Generations): void {
    const { local, remote } = this.#generations ?? {};
    if (local === generations.local && remote === generations.remote) return;
    this.#generations = generations;
    this.#connecting?.();
    this.#states.restart();
    this.update();
  }

  /** Connects to the other agent if both are ready. */
  update(): void {
    const generations = this.#generations;
    if (this.#closed || generations === undefined) return;
    this.#states.check(this.remote(generations.remote).length > 0);
    const other = agentsOf(this.#core).get(generations.remote);
    if (
      other === undefined ||
      this.#connecting !== undefined ||
      other.#connecting !== undefined ||
      !this.#isReadyFor(other)
    )
      return;
    const stop = this.#core.after(this.#core.times.connectingMs, () => {
      this.#connecting = other.#connecting = undefined;
      if (this.#isReadyFor(other)) this.#connect(other);
    });
    this.#connecting = other.#connecting = () => {
      stop();
      this.#connecting = other.#connecting = undefined;
    };
  }

  /** The path between two ends was cut or mended. */
  pathChanged(): void {
    const { other } = this;
    if (other !== undefined && !this.#core.isOpen(this.name, other.name)) this.#states.lose();
    if (other !== undefined && this.flows) {
      this.#core.after(this.#core.times.latencyMs, () => {
        if (this.other === other && this.flows) this.#found();
      });
    }
    this.update();
  }

  close(): void {
    if (this.#closed) return;
    const { other, flows } = this;
    this.#closed = true;
    this.#core.live--;
    this.#connecting?.();
    for (const ufrag of this.#ufrags) agentsOf(this.#core).delete(ufrag);
    for (const gathered of this.gathered.values()) gathered.stop();
    this.#disconnect();
    this.#states.close();
    if (other !== undefined && flows) this.#core.after(this.#core.times.latencyMs, () => other.#otherClosed());
  }

  #otherClosed(): void {
    if (!this.#closed) this.listener.otherClosed();
  }

  #isReadyFor(other: IceAgent): boolean {
    const ours = this.#generations;
    const theirs: Generations | undefined = other.#generations;
    if (
      this.#closed ||
      other.#closed ||
      ours === undefined ||
      theirs?.local !== ours.remote ||
      theirs.remote !== ours.local
    )
      return false;
    // One end is enough: the other one learns a peer-reflexive candidate by its checks (RFC 8445 section 7.3.1.3).
    if (!this.#canReach(other) && !other.#canReach(this)) return false;
    if (!this.#core.isOpen(this.name, other.name)) return false;
    const { current } = this.#states;
    return current !== "failed" && other.#states.current !== "failed" && !(this.settled && other.settled);
  }

  /** Whether a received candidate is one of those that the other end gathered. */
  #canReach(other: IceAgent): boolean {
    const ufrag = this.#generations?.remote ?? "";
    const targets = other.gathered.get(ufrag)?.lines.map((line) => readCandidate(line)?.target);
    return this.remote(ufrag).some(({ line }) => targets?.includes(readCandidate(line)?.target) === true);
  }

  #gatheringChanged(): void {
    const all = [...this.gathered.values()];
    const state = all.some(({ state }) => state === "gathering")
      ? "gathering"
      : all.some(({ state }) => state === "complete")
        ? "complete"
        : "new";
    if (this.#closed || state === this.#gathering) return;
    this.#gathering = state;
    this.listener.gatheringChanged(state);
  }

  #connect(other: IceAgent): void {
    for (const end of [this, other]) end.#states.check(true);
    this.#path = { other, local: this.#generations?.local ?? "" };
    other.#path = { other: this, local: other.#generations?.local ?? "" };
    for (const end of [this, other]) end.#found();
  }

  /** Removes the path. The other end notices as if the path was cut. */
  #disconnect(): void {
    const { other } = this;
    this.#path = undefined;
    if (other !== undefined) other.#states.lose();
  }

  #found(): void {
    this.#states.connect();
    this.listener.flowing();
  }
}
