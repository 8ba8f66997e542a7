/** Characters of messages that are sent together; one message more may be. */
const maxLength = 256 * 1024;

interface Batch {
  /** As JSON. */
  readonly messages: string[];
  length: number;
  readonly sent: Promise<unknown>;
  readonly settle: (sent: Promise<unknown>) => void;
}

/**
 * Sends messages together that are ready in the same turn, as one list for each receiver: a list costs as much as
 * several messages. No message waits for a later one, and none overtakes another.
 */
export class MessageBatches {
  readonly #batches = new Map<string, Batch>();
  readonly #send: (receiver: string, messages: readonly string[]) => Promise<unknown>;

  /** @param send receives each message as JSON; must not throw */
  constructor(send: (receiver: string, messages: readonly string[]) => Promise<unknown>) {
    this.#send = send;
  }

  /** Resolves, or rejects, as the list does that the message is sent with. */
  add(receiver: string, message: unknown): Promise<unknown> {
    if (this.#batches.size === 0) queueMicrotask(() => this.flush());
    let batch = this.#batches.get(receiver);
    if (batch === undefined) {
      batch = createBatch();
      this.#batches.set(receiver, batch);
    }
    // A value that JSON does not have arrives as null.
    const text = (JSON.stringify(message) as string | undefined) ?? "null";
    batch.messages.push(text);
    batch.length += text.length;
    if (batch.length > maxLength) this.flush();
    return batch.sent;
  }

  /** Sends what is waiting. */
  flush(): void {
    for (const [receiver, { messages, settle }] of this.#batches) {
      this.#batches.delete(receiver);
      settle(this.#send(receiver, messages));
    }
  }
}

function createBatch(): Batch {
  let settle: Batch["settle"] = () => undefined;
  const sent = new Promise((resolve) => (settle = resolve));
  return { messages: [], length: 0, sent, settle };
}
