/** UTF-16 code units kept for a peer that has not acknowledged anything yet, and perhaps never will. */
const maxKept = 1024 * 1024;

/**
 * The texts for one peer that wait for a channel, and those that are not acknowledged. A channel that closes with its
 * connection loses what it has not delivered. On the next channel the peer sends how many texts it has received, and only
 * the others are resent.
 */
export class Outbox {
  /** Sent, and not acknowledged. */
  readonly #kept: string[] = [];
  #keptLength = 0;
  /** Not sent yet, or to be resent. */
  readonly #queue: string[] = [];
  #queueLength = 0;
  /** The first texts of the queue that were sent over a channel that is gone: this many. */
  #doubtful = 0;
  /** How many texts the peer had received before the first that is kept or doubtful. */
  #base = 0;
  #write: ((text: string) => void) | undefined;
  #keeps = false;
  #counted = false;

  /** Whether the peer has sent a count. */
  get counted(): boolean {
    return this.#counted;
  }

  /** UTF-16 code units that wait for a channel or, with a peer that counts, for its acknowledgement. */
  get waiting(): number {
    return this.#queueLength + (this.#counted ? this.#keptLength : 0);
  }

  send(text: string): void {
    if (this.#write === undefined || this.#doubtful > 0) this.#enqueue([text]);
    else this.#hand(text);
  }

  /** A channel is open. With texts in doubt and a peer that counts, nothing is sent before its count arrives. */
  opened(write: (text: string) => void, counts: boolean): void {
    this.#write = write;
    this.#keeps = counts;
    if (!counts) this.#doubtful = 0;
    this.#flush();
  }

  /** The channel has closed. */
  closed(): void {
    this.#write = undefined;
    this.#queue.unshift(...this.#kept);
    this.#queueLength += this.#keptLength;
    this.#doubtful += this.#kept.length;
    this.#kept.length = 0;
    this.#keptLength = 0;
  }

  /** The peer has received `count` texts. `first`: its first count on this channel, for the channels before it. */
  arrived(count: number, first: boolean): void {
    const had = count - this.#base;
    this.#counted = true;
    if (first) {
      // A peer that counts from zero again has received none of the doubtful texts.
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
