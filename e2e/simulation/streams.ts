import type { Stay } from "./stay.js";

/**
 * The numbers that applications send to each other. A stream begins anew once one end has lost the other from its list:
 * what was sent before may be lost with it, or arrive at the next peer under that id, which has received nothing yet.
 */
export class Streams {
  readonly #streams = new Map<string, { epoch: number; seq: number }>();

  /** The next number from one to the other. */
  next(from: string, to: string): { readonly epoch: string; readonly seq: number } {
    const stream = this.#of(from, to);
    stream.seq++;
    return { epoch: `data-${String(stream.epoch)}`, seq: stream.seq };
  }

  /** Whether neither end has lost the other since. */
  isCurrent(from: string, to: string, epoch: string): boolean {
    return `data-${String(this.#of(from, to).epoch)}` === epoch;
  }

  /** A stay ends: what it has sent may not have arrived. */
  end(stay: Stay): void {
    for (const [name, { epoch }] of this.#streams) {
      const [from, to = ""] = name.split(" ");
      if (from === stay.id) stay.note({ type: "abandoned", to, epoch: `data-${String(epoch)}`, seq: 1 });
    }
  }

  /** One of the two has lost the other. */
  forget(one: Stay, other: Stay | undefined, otherId: string): void {
    this.#begin(one, otherId);
    if (other !== undefined) this.#begin(other, one.id);
  }

  #begin(sender: Stay, to: string): void {
    const stream = this.#of(sender.id, to);
    if (stream.seq === 0) return;
    sender.note({ type: "abandoned", to, epoch: `data-${String(stream.epoch)}`, seq: 1 });
    stream.epoch++;
    stream.seq = 0;
  }

  #of(from: string, to: string): { epoch: number; seq: number } {
    const name = `${from} ${to}`;
    const stream = this.#streams.get(name) ?? { epoch: 1, seq: 0 };
    this.#streams.set(name, stream);
    return stream;
  }
}
