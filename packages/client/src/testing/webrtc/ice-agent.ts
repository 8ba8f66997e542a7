import { gather, type Gathered, type GatheringListener } from "./ice-gathering.js";
import type { NetworkCore } from "./network-core.js";

export interface IceListener extends GatheringListener {
  iceStateChanged(state: RTCIceConnectionState): void;
  /** A way to the other end is there, for the first time or again. */
  flowing(): void;
  /** The other end has closed its connection. */
  otherClosed(): void;
}

/** Two generations that belong together, as one end knows them. */
interface Generations {
  readonly local: string;
  readonly remote: string;
}

/** What ICE has found: a way to another agent, which stands while that one says the same. */
interface Link {
  readonly other: IceAgent;
  /** The generation of this end that found it. */
  readonly local: string;
}

const agents = new WeakMap<NetworkCore, Map<string, IceAgent>>();

/** The agents of a network, by the username fragments of all their generations. */
export function agentsOf(core: NetworkCore): Map<string, IceAgent> {
  const known = agents.get(core) ?? new Map<string, IceAgent>();
  agents.set(core, known);
  return known;
}

/** ICE of one connection: candidates, generations, and the way that they find. */
export class IceAgent {
  readonly host: string;
  /** Which connection of the network it is of, counted from 1. */
  readonly serial: number;
  readonly listener: IceListener;
  state: RTCIceConnectionState = "new";
  /** What was gathered, by generation. */
  readonly gathered = new Map<string, Gathered>();
  readonly #core: NetworkCore;
  readonly #ufrags = new Set<string>();
  /** Candidates of the other end, by generation. */
  readonly #remote = new Map<string, Set<string>>();
  #generations: Generations | undefined;
  #link: Link | undefined;
  #connecting: (() => void) | undefined;
  #stopLoss: (() => void) | undefined;
  #stopChecks: (() => void) | undefined;
  #closed = false;

  constructor(host: string, core: NetworkCore, listener: IceListener) {
    this.host = host;
    this.#core = core;
    this.listener = listener;
    this.serial = ++core.made;
    core.live++;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The agent at the other end of the way, while there is one. */
  get other(): IceAgent | undefined {
    const { other } = this.#link ?? {};
    return other !== undefined && other.#linkedTo === this ? other : undefined;
  }

  get #linkedTo(): IceAgent | undefined {
    return this.#link?.other;
  }

  /** Whether what is sent arrives. */
  get flows(): boolean {
    const { other } = this;
    return (
      other !== undefined &&
      this.#core.isOpen(this.host, other.host) &&
      (this.state === "connected" || this.state === "disconnected")
    );
  }

  /** Whether a way stands that was found by the newest generations. */
  get settled(): boolean {
    return this.other !== undefined && this.#link?.local === this.#generations?.local;
  }

  newUfrag(): string {
    const ufrag = `u${String(this.serial)}x${String(this.#ufrags.size + 1)}`;
    this.#ufrags.add(ufrag);
    agentsOf(this.#core).set(ufrag, this);
    return ufrag;
  }

  /** Gathers for a generation, once. */
  gather(ufrag: string): void {
    if (!this.gathered.has(ufrag)) this.gathered.set(ufrag, gather(ufrag, this.listener, this.#core));
  }

  /** Candidates of a generation that was rolled back are not looked for any longer. */
  abandon(ufrag: string): void {
    this.gathered.get(ufrag)?.stop();
  }

  addRemote(ufrag: string, line: string): void {
    if (line === "") return;
    this.#remote.set(ufrag, (this.#remote.get(ufrag) ?? new Set()).add(line));
    this.look();
  }

  has(ufrag: string): boolean {
    return (this.#remote.get(ufrag)?.size ?? 0) > 0;
  }

  /** Both descriptions are in place. */
  begin(generations: Generations): void {
    const { local, remote } = this.#generations ?? {};
    if (local === generations.local && remote === generations.remote) return;
    this.#generations = generations;
    this.#connecting?.();
    this.#stopChecks?.();
    this.#stopChecks = undefined;
    if (this.state === "failed" || this.state === "disconnected") {
      this.#stopLoss?.();
      this.#stopLoss = undefined;
      this.#setState("checking");
    }
    this.look();
  }

  /** Looks whether the two ends fit together now. */
  look(): void {
    const generations = this.#generations;
    if (this.#closed || generations === undefined) return;
    if (this.state === "new" && this.has(generations.remote)) this.#setState("checking");
    if (this.state === "checking") this.#stopChecks ??= this.#core.after(this.#core.times.failedMs, () => this.#fail());
    const other = agentsOf(this.#core).get(generations.remote);
    if (other === undefined || this.#connecting !== undefined || other.#connecting !== undefined || !this.#fits(other))
      return;
    const stop = this.#core.after(this.#core.times.connectingMs, () => {
      this.#connecting = other.#connecting = undefined;
      if (this.#fits(other)) this.#connect(other);
    });
    this.#connecting = other.#connecting = () => {
      stop();
      this.#connecting = other.#connecting = undefined;
    };
  }

  /** The path between two hosts was cut or mended. */
  pathChanged(): void {
    const { other } = this;
    if (other !== undefined && !this.#core.isOpen(this.host, other.host)) this.#lost();
    if (other !== undefined && this.flows) {
      this.#core.after(this.#core.times.latencyMs, () => {
        if (this.other === other && this.flows) this.#found();
      });
    }
    this.look();
  }

  close(): void {
    if (this.#closed) return;
    const { other, flows } = this;
    this.#closed = true;
    this.#core.live--;
    this.#connecting?.();
    for (const ufrag of this.#ufrags) agentsOf(this.#core).delete(ufrag);
    for (const gathered of this.gathered.values()) gathered.stop();
    for (const stop of [this.#stopLoss, this.#stopChecks]) stop?.();
    this.#unlink();
    this.state = "closed";
    if (other !== undefined && flows) this.#core.after(this.#core.times.latencyMs, () => other.#goodbye());
  }

  #goodbye(): void {
    if (!this.#closed) this.listener.otherClosed();
  }

  #fits(other: IceAgent): boolean {
    const mine = this.#generations;
    const theirs: Generations | undefined = other.#generations;
    if (
      this.#closed ||
      other.#closed ||
      mine === undefined ||
      theirs?.local !== mine.remote ||
      theirs.remote !== mine.local
    )
      return false;
    if (!this.has(mine.remote) || !other.has(theirs.remote) || !this.#core.isOpen(this.host, other.host)) return false;
    return this.state !== "failed" && other.state !== "failed" && !(this.settled && other.settled);
  }

  #connect(other: IceAgent): void {
    this.#link = { other, local: this.#generations?.local ?? "" };
    other.#link = { other: this, local: other.#generations?.local ?? "" };
    for (const end of [this, other]) end.#found();
  }

  /** The other end finds out as it does with a path that is cut. */
  #unlink(): void {
    const { other } = this;
    this.#link = undefined;
    if (other !== undefined) other.#lost();
  }

  #found(): void {
    this.#stopLoss?.();
    this.#stopChecks?.();
    this.#stopLoss = this.#stopChecks = undefined;
    this.#setState("connected");
    this.listener.flowing();
  }

  #lost(): void {
    if (this.state !== "connected") return;
    this.#stopLoss ??= this.#core.after(this.#core.times.disconnectedMs, () => {
      this.#setState("disconnected");
      this.#stopLoss = this.#core.after(this.#core.times.failedMs, () => this.#fail());
    });
  }

  #fail(): void {
    this.#stopLoss = this.#stopChecks = undefined;
    this.#unlink();
    this.#setState("failed");
  }

  #setState(state: RTCIceConnectionState): void {
    if (this.#closed || state === this.state) return;
    this.state = state;
    this.listener.iceStateChanged(state);
  }
}
