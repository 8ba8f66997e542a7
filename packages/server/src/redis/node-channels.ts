import { MessageBatches } from "../nodes/message-batches.js";
import { type RedisClient } from "./client.js";
import { messageEnvelope, messagesEnvelope } from "./envelope.js";
import { type Keys } from "./keys.js";
import { readsFormat } from "../nodes/node-name.js";

/**
 * A client whose messages to other nodes are published in batches, one command each; one command a message to a node
 * that reads no lists. No message is overtaken: all other commands go through here as well, behind the messages from
 * before.
 */
export class NodeChannels implements Pick<RedisClient, "sendCommand"> {
  readonly #client: Pick<RedisClient, "sendCommand">;
  readonly #keys: Pick<Keys, "channelOf">;
  readonly #batches = new MessageBatches((node, messages) => this.#publish(node, messages));

  constructor(client: Pick<RedisClient, "sendCommand">, keys: Pick<Keys, "channelOf">) {
    this.#client = client;
    this.#keys = keys;
  }

  sendCommand(args: string[]): Promise<unknown> {
    this.#batches.flush();
    return this.#client.sendCommand(args);
  }

  /** Resolves when Redis has published the message. */
  async publish(node: string, message: unknown): Promise<void> {
    await this.#batches.add(node, message);
  }

  async #publish(node: string, messages: readonly string[]): Promise<void> {
    const channel = this.#keys.channelOf(node);
    const envelopes = readsFormat(node, "lists") ? [messagesEnvelope(messages)] : messages.map(messageEnvelope);
    // Async: it rejects where the client throws.
    const publish = async (envelope: string) => this.#client.sendCommand(["PUBLISH", channel, envelope]);
    await Promise.all(envelopes.map(publish));
  }
}
