import { chosenFailure, type NetworkCore } from "./network-core.js";

export interface OperationsHost {
  readonly host: string;
  readonly closed: boolean;
  readonly stable: boolean;
  readonly needsNegotiation: boolean;
  /** To fire `negotiationneeded`. */
  negotiationNeeded(): void;
}

/** W3C [[Operations]] and the negotiation-needed flag of one connection (sections 4.4.1.2 and 4.7). */
export class Operations {
  readonly #core: NetworkCore;
  readonly #host: OperationsHost;
  readonly #waiting: (() => void)[] = [];
  #updateOnEmptyChain = false;
  #needed = false;

  constructor(core: NetworkCore, host: OperationsHost) {
    this.#core = core;
    this.#host = host;
  }

  /** Runs it when everything before it is done. As in browsers, a promise of a connection that is closed meanwhile never settles. */
  chain<Value>(name: string, run: () => Value): Promise<Value> {
    if (this.#host.closed)
      return Promise.reject(new DOMException(`Cannot call ${name} on a closed connection.`, "InvalidStateError"));
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        this.#core.after(this.#core.times.operationMs, () => {
          if (this.#host.closed) return;
          try {
            const failure = chosenFailure(this.#core, name, this.#host.host);
            if (failure !== undefined) throw failure;
            resolve(run());
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
          this.#done();
        });
      });
      if (this.#waiting.length === 1) this.#waiting[0]?.();
    });
  }

  /** W3C "update the negotiation-needed flag". */
  update(): void {
    if (this.#host.closed) return;
    if (this.#waiting.length > 0) {
      this.#updateOnEmptyChain = true;
      return;
    }
    this.#core.after(this.#core.times.eventMs, () => {
      if (this.#host.closed) return;
      if (this.#waiting.length > 0) {
        this.#updateOnEmptyChain = true;
        return;
      }
      if (!this.#host.stable) return;
      if (!this.#host.needsNegotiation) {
        this.#needed = false;
        return;
      }
      if (this.#needed) return;
      this.#needed = true;
      this.#host.negotiationNeeded();
    });
  }

  /** The signaling state is `stable` again: what is needed is judged anew. */
  stableAgain(): void {
    this.#needed = false;
    this.update();
  }

  #done(): void {
    this.#waiting.shift();
    const next = this.#waiting[0];
    if (next !== undefined) next();
    else if (this.#updateOnEmptyChain) {
      this.#updateOnEmptyChain = false;
      this.update();
    }
  }
}
