import { type Clock } from "../clock.js";

/**
 * How long another node has to answer. One that is alive needs milliseconds; one whose event loop is blocked for longer
 * is as good as gone for the caller who waits.
 */
const answerMs = 1_000;

/** What this node has asked other nodes and waits for. */
export class NodeQuestions {
  readonly #waiting = new Map<number, () => void>();
  readonly #clock: Clock;
  #asked = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * @param send sends the question with its number
   * @returns resolves once it is answered, or after a second: the other node is dead, frozen or out of reach then
   */
  ask(send: (question: number) => void): Promise<void> {
    const question = (this.#asked += 1);
    return new Promise((resolve) => {
      const done = (): void => {
        this.#waiting.delete(question);
        cancel();
        resolve();
      };
      const cancel = this.#clock.after(answerMs, done);
      this.#waiting.set(question, done);
      send(question);
    });
  }

  /** An answer that comes late is ignored. */
  answered(question: number): void {
    this.#waiting.get(question)?.();
  }
}
