import { TappedSocket, type MemoryHub, type Tap } from "../../packages/client/test/exploration/tapped-socket.js";
import type { SimulatedProcess } from "./simulated-process.js";

/** The socket of a page: nothing reaches the code of a page that is frozen or has ended. */
export class PageSocket extends TappedSocket {
  readonly #process: SimulatedProcess;
  readonly #onReply: (event: string, reply: unknown) => void;

  /** @param onReply called with each reply before the client gets it */
  constructor(hub: MemoryHub, tap: Tap, process: SimulatedProcess, onReply: (event: string, reply: unknown) => void) {
    super(hub, tap);
    this.#process = process;
    this.#onReply = onReply;
  }

  override timeout(ms: number): ReturnType<TappedSocket["timeout"]> {
    const { emit } = super.timeout(ms);
    return {
      emit: (event, payload, ack) =>
        emit(event, payload, (error, reply) =>
          this.#process.enter(() => {
            if (error === null) this.#onReply(event, reply);
            ack(error, reply);
          }),
        ),
    };
  }

  protected override fire(event: string, ...args: unknown[]): void {
    // A frozen page tries nothing.
    if (event === "connect_error" && this.#process.isFrozen) return;
    this.#process.enter(() => super.fire(event, ...args));
  }
}
