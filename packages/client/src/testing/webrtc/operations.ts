import { chosenFailure, type NetworkCore } from "./network-core.js";

export interface OperationsOwner {
  readonly name: string;
  readonly closed: boolean;
  readonly stable: boolean;
  readonly needsNegotiation: boolean;
  /** Fires `negotiationneeded`. */
  negotiationNeeded(): void;
}

/** One operation: `begin` runs when all earlier ones are done, `finish` an operation's time later. */
export interface Operation<Begun, Value> {
  readonly begin: () => Begun;
  readonly finish: (begun: Begun) => Value | Promise<Value>;
}

/** W3C [[Operations]] and the negotiation-needed flag of one connection (sections 4.4.1.2 and 4.7). */
export class Operations {
  readonly #core: NetworkCore;
  readonly #owner: OperationsOwner;
  readonly #waiting: (() => void)[] = [];
  #updateOnEmptyChain = false;
  #needed = false;

  constructor(core: NetworkCore, owner: OperationsOwner) {
    this.#core = core;
    this.#owner = owner;
  }

  /**
   * Runs an operation after all earlier ones. It rejects at once if `begin` throws. As in browsers, the promise never
   * settles if the connection is closed meanwhile.
   */
  chain<Begun, Value>(name: string, { begin, finish }: Operation<Begun, Value>): Promise<Value> {
    if (this.#owner.closed)
      return Promise.reject(new DOMException(`Cannot call ${name} on a closed connection.`, "InvalidStateError"));
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        reject(error instanceof Error ? error : new Error(String(error)));
        this.#done();
      };
      const attempt = (call: () => void): void => {
        try {
          call();
        } catch (error) {
          fail(error);
        }
      };
      const succeed = (value: Value): void => {
        resolve(value);
        this.#done();
      };
      const run = (begun: Begun): void => {
        if (this.#owner.closed) return;
        const failure = chosenFailure(this.#core, name, this.#owner.name);
        if (failure !== undefined) throw failure;
        const value = finish(begun);
        if (value instanceof Promise) void value.then(succeed, fail);
        else succeed(value);
      };
      this.#waiting.push(() => {
        attempt(() => {
          if (this.#owner.closed) return;
          const begun = begin();
          this.#core.after(this.#core.times.operationMs, () => attempt(() => run(begun)));
        });
      });
      if (this.#waiting.length === 1) this.#waiting[0]?.();
    });
  }

  /** W3C "update the negotiation-needed flag". */
  update(): void {
    if (this.#owner.closed) return;
    if (this.#waiting.length > 0) {
      this.#updateOnEmptyChain = true;
      return;
    }
    this.#core.after(this.#core.times.eventMs, () => {
      if (this.#owner.closed) return;
      if (this.#waiting.length > 0) {
        this.#updateOnEmptyChain = true;
        return;
      }
      if (!this.#owner.stable) return;
      if (!this.#owner.needsNegotiation) {
        this.#needed = false;
        return;
      }
      if (this.#needed) return;
      this.#needed = true;
      this.#owner.negotiationNeeded();
    });
  }

  /** The signaling state is `stable` again: clears the flag and checks again. */
  becameStable(): void {
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
