import { type RedisClient } from "./client.js";
import { messagesEnvelope } from "./envelope.js";

/** Characters of messages that are published together; one message more may be. */
const maxLength = 256 * 1024;

interface Batch {
  readonly messages: string[];
  length: number;
  readonly published: Promise<unknown>;
  readonly publish: (sent: Promise<unknown>) => void;
}

/**
 * A client whose messages to other nodes are published together: those that are ready in the same turn, in one command
 * for each node. A command costs as much as several messages. Nothing waits for another one, and nothing overtakes: all
 * other commands go through here as well, behind the messages from before.
 */
export class NodeChannels implements Pick<RedisClient, "sendCommand"> {
  readonly #client: Pick<RedisClient, "sendCommand">;
  readonly #batches = new Map<string, Batch>();

  constructor(client: Pick<RedisClient, "sendCommand">) {
    this.#client = client;
  }

  sendCommand(args: string[]): Promise<unknown> {
    this.#flush();
    return this.#client.sendCommand(args);
  }

  /** Resolves when Redis has published the message. */
  publish(channel: string, message: unknown): Promise<unknown> {
    if (this.#batches.size === 0) queueMicrotask(() => this.#flush());
    let batch = this.#batches.get(channel);
    if (batch === undefined) {
      batch = createBatch();
      this.#batches.set(channel, batch);
    }
    // A value that JSON does not have arrives as null.
    const text = (JSON.stringify(message) as string | undefined) ?? "null";
    batch.messages.push(text);
    batch.length += text.length;
    if (batch.length > maxLength) this.#flush();
    return batch.published;
  }

  #flush(): void {
    for (const [channel, { messages, publish }] of this.#batches) {
      this.#batches.delete(channel);
      publish(this.#send(["PUBLISH", channel, messagesEnvelope(messages)]));
    }
  }

  /** Rejects where the client throws. */
  async #send(args: string[]): Promise<unknown> {
    return this.#client.sendCommand(args);
  }
}

function createBatch(): Batch {
  let publish: Batch["publish"] = () => undefined;
  const published = new Promise((resolve) => (publish = resolve));
  return { messages: [], length: 0, published, publish };
}
