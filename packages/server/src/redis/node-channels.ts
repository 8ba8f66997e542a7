import { MessageBatches } from "../nodes/message-batches.js";
import { type RedisClient } from "./client.js";
import { messagesEnvelope } from "./envelope.js";

/**
 * A client whose messages to other nodes are published in batches, one command each. No message is overtaken: all other
 * commands go through here as well, behind the messages from before.
 */
export class NodeChannels implements Pick<RedisClient, "sendCommand"> {
  readonly #client: Pick<RedisClient, "sendCommand">;
  readonly #batches: MessageBatches;

  constructor(client: Pick<RedisClient, "sendCommand">) {
    this.#client = client;
    // Async: it rejects where the client throws.
    this.#batches = new MessageBatches(async (channel, messages) =>
      client.sendCommand(["PUBLISH", channel, messagesEnvelope(messages)]),
    );
  }

  sendCommand(args: string[]): Promise<unknown> {
    this.#batches.flush();
    return this.#client.sendCommand(args);
  }

  /** Resolves when Redis has published the message. */
  publish(channel: string, message: unknown): Promise<unknown> {
    return this.#batches.add(channel, message);
  }
}
