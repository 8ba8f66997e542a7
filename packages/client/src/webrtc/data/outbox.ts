import { maxKeptLength } from "../../negotiation/bounds.js";

/**
 * The texts for one peer that wait for a channel, and those that are not acknowledged. A channel that closes with its
 * connection loses what it has not delivered. On the next channel the peer sends how many texts it has received, and
 * only the others are resent.
 */
export class Outbox {
  /** What is not acknowledged, the oldest first. */
  readonly #texts: string[] = [];
  #length = 0;
  /** The first texts were sent over the current channel: this many, and their length. */
  #sent = 0;
  #sentLength = 0;
  /** The first texts were sent over a channel that is gone: this many. */
  #doubtful = 0;
  /** How many texts the peer had received before the first of these. */
  #base = 0;
  #write: ((text: string) => void) | undefined;
  #keeps = false;
  /** Whether the peer has sent a count. */
  counted = false;

  /** UTF-16 code units that wait for a channel or, with a peer that counts, for its acknowledgement. */
  get waiting(): number {
    return this.counted ? this.#length : this.#length - this.#sentLength;
  }

  send(text: string): void {
    this.#texts.push(text);
    this.#length += text.length;
    this.#flush();
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
    this.#doubtful += this.#sent;
    this.#sent = this.#sentLength = 0;
  }

  /** The peer has received `count` texts. `first`: its first count on this channel, for the channels before it. */
  arrived(count: number, first: boolean): void {
    const received = count - this.#base;
    this.counted = true;
    // A peer that counts from zero again has received none of the doubtful texts.
    const isKnown = received >= 0 && received <= (first ? this.#doubtful : this.#sent);
    if (isKnown) this.#drop(received);
    if (isKnown || first) this.#base = count;
    if (!first) return;
    this.#doubtful = 0;
    this.#flush();
  }

  #flush(): void {
    if (this.#write === undefined || this.#doubtful > 0) return;
    for (const text of this.#texts.slice(this.#sent)) {
      this.#write(text);
      this.#sent += 1;
      this.#sentLength += text.length;
    }
    if (!this.#keeps) this.#drop(this.#sent);
    while (!this.counted && this.#sentLength > maxKeptLength) {
      this.#drop(1);
      this.#base += 1;
    }
  }

  #drop(count: number): void {
    for (const { length } of this.#texts.splice(0, count)) {
      this.#length -= length;
      if (this.#sent === 0) continue;
      this.#sent -= 1;
      this.#sentLength -= length;
    }
  }
}
