/** UTF-16 code units that are kept for a peer that has not said yet how many texts it has got, and perhaps never will. */
const maxKept = 1024 * 1024;

/**
 * The texts that go to one peer: those that wait for a channel, and those of which it is not known that they have
 * arrived. A channel that goes with its connection takes along what it has not delivered; the peer says on the next
 * one how many it has got, and only the others are sent again.
 */
export class Outbox {
  /** Sent, and not known to have arrived. */
  readonly #kept: string[] = [];
  #keptLength = 0;
  /** Not sent yet, or to be sent again. */
  readonly #queue: string[] = [];
  #queueLength = 0;
  /** How many of the queue's first were sent over a channel that is gone. */
  #doubtful = 0;
  /** How many texts the peer had got before the first that is kept or doubtful. */
  #base = 0;
  #write: ((text: string) => void) | undefined;
  #keeps = false;
  #counted = false;

  /** Whether the peer was heard to count. */
  get counted(): boolean {
    return this.#counted;
  }

  /** UTF-16 code units that wait for a channel, or for a peer that counts to say that it has got them. */
  get waiting(): number {
    return this.#queueLength + (this.#counted ? this.#keptLength : 0);
  }

  send(text: string): void {
    if (this.#write === undefined || this.#doubtful > 0) this.#enqueue([text]);
    else this.#hand(text);
  }

  /** A channel is open. With texts in doubt, and a peer that counts, its count is awaited. */
  opened(write: (text: string) => void, counts: boolean): void {
    this.#write = write;
    this.#keeps = counts;
    if (!counts) this.#doubtful = 0;
    this.#flush();
  }

  /** The channel is gone. */
  closed(): void {
    this.#write = undefined;
    this.#queue.unshift(...this.#kept);
    this.#queueLength += this.#keptLength;
    this.#doubtful += this.#kept.length;
    this.#kept.length = 0;
    this.#keptLength = 0;
  }

  /** The peer has got this many texts; `first`: it says so on a channel for the first time, of those before it. */
  arrived(count: number, first: boolean): void {
    const had = count - this.#base;
    this.#counted = true;
    if (first) {
      // A peer that has begun to count anew has none of those in doubt.
      if (had >= 0 && had <= this.#doubtful)
        for (const text of this.#queue.splice(0, had)) this.#queueLength -= text.length;
      this.#doubtful = 0;
      this.#base = count;
      this.#flush();
    } else if (had > 0 && had <= this.#kept.length) {
      for (const text of this.#kept.splice(0, had)) this.#keptLength -= text.length;
      this.#base = count;
    }
  }

  #enqueue(texts: readonly string[]): void {
    this.#queue.push(...texts);
    for (const { length } of texts) this.#queueLength += length;
  }

  #flush(): void {
    if (this.#write === undefined || this.#doubtful > 0) return;
    this.#queueLength = 0;
    for (const text of this.#queue.splice(0)) this.#hand(text);
  }

  #hand(text: string): void {
    this.#write?.(text);
    if (!this.#keeps) return;
    this.#kept.push(text);
    this.#keptLength += text.length;
    while (!this.#counted && this.#keptLength > maxKept) {
      this.#keptLength -= this.#kept.shift()?.length ?? 0;
      this.#base += 1;
    }
  }
}
