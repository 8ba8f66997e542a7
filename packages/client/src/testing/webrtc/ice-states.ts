import type { NetworkCore } from "./network-core.js";

export interface IceStatesListener {
  iceStateChanged(state: RTCIceConnectionState): void;
  /** The state is about to become `failed`. */
  failing(): void;
}

/** The ICE state of one connection, with the timers that change it. */
export class IceStates {
  readonly #core: NetworkCore;
  readonly #listener: IceStatesListener;
  #state: RTCIceConnectionState = "new";
  #stopLoss: (() => void) | undefined;
  #stopChecks: (() => void) | undefined;

  constructor(core: NetworkCore, listener: IceStatesListener) {
    this.#core = core;
    this.#listener = listener;
  }

  get current(): RTCIceConnectionState {
    return this.#state;
  }

  /** Starts checks for new ICE generations after a loss. */
  restart(): void {
    this.#stopChecks?.();
    this.#stopChecks = undefined;
    if (this.#state !== "failed" && this.#state !== "disconnected") return;
    this.#stopLoss?.();
    this.#stopLoss = undefined;
    this.#set("checking");
  }

  /** Remote candidates are there, or may be. The checks fail after `failedMs`. */
  check(hasCandidates: boolean): void {
    if (this.#state === "new" && hasCandidates) this.#set("checking");
    if (this.#state === "checking")
      this.#stopChecks ??= this.#core.after(this.#core.times.failedMs, () => this.#fail());
  }

  connect(): void {
    this.#stopTimers();
    this.#set("connected");
  }

  /** The path is cut: `disconnected` and `failed` follow, unless `connect` is called before. */
  lose(): void {
    if (this.#state !== "connected") return;
    this.#stopLoss ??= this.#core.after(this.#core.times.disconnectedMs, () => {
      this.#set("disconnected");
      this.#stopLoss = this.#core.after(this.#core.times.failedMs, () => this.#fail());
    });
  }

  /** Sets `closed` without an event. */
  close(): void {
    this.#stopTimers();
    this.#state = "closed";
  }

  #fail(): void {
    this.#stopLoss = this.#stopChecks = undefined;
    this.#listener.failing();
    this.#set("failed");
  }

  #stopTimers(): void {
    this.#stopLoss?.();
    this.#stopChecks?.();
    this.#stopLoss = this.#stopChecks = undefined;
  }

  #set(state: RTCIceConnectionState): void {
    if (this.#state === "closed" || state === this.#state) return;
    this.#state = state;
    this.#listener.iceStateChanged(state);
  }
}
