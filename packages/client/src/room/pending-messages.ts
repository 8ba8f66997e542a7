import { maxPendingMessages } from "../negotiation/bounds.js";
import { pendingMessageMs } from "../negotiation/time-constants.js";

/** Messages of peers that the server has not listed yet: they took another route, or overtook its message. */
export class PendingMessages<Message extends { readonly payload: { readonly from: string } }> {
  #held: { message: Message; at: number }[] = [];

  hold(message: Message, now: number): void {
    this.#held = [...this.#held, { message, at: now }].slice(-maxPendingMessages);
  }

  /** Takes the messages of one peer, in the order of arrival. Those that are too old are dropped. */
  take(from: string, now: number): Message[] {
    const fresh = this.#held.filter(({ at }) => now - at <= pendingMessageMs);
    this.#held = fresh.filter(({ message }) => message.payload.from !== from);
    return fresh.filter(({ message }) => message.payload.from === from).map(({ message }) => message);
  }

  clear(): void {
    this.#held = [];
  }
}
