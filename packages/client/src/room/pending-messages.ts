import { pendingMessageMs } from "../negotiation/recovery-defaults.js";
/** As many as a newcomer's connections to a full room have candidates. */
const maxHeld = 256;

/** Messages of peers that the server has not told us of yet: they came on another way, or overtook it. */
export class PendingMessages<Message extends { readonly payload: { readonly from: string } }> {
  #held: { message: Message; at: number }[] = [];

  hold(message: Message, now: number): void {
    this.#held = [...this.#held, { message, at: now }].slice(-maxHeld);
  }

  /** Takes those of one peer, in the order they came; the ones that are too old are nobody's. */
  take(from: string, now: number): Message[] {
    const fresh = this.#held.filter(({ at }) => now - at <= pendingMessageMs);
    this.#held = fresh.filter(({ message }) => message.payload.from !== from);
    return fresh.filter(({ message }) => message.payload.from === from).map(({ message }) => message);
  }

  clear(): void {
    this.#held = [];
  }
}
