import { type RedisClient, type RedisSubscriber } from "./client.js";

interface SubscriptionPorts {
  onMessage(text: string): void;
  /** The channel is subscribed, for the first time or again: what was published before may be missed. */
  onSubscribed(): void;
  onFault(cause: unknown): void;
}

/** The subscription of one channel, over a connection of its own. */
export class Subscription {
  #subscriber: RedisSubscriber | undefined;
  #closed = false;
  /** An outage is reported once: the client emits an error for each attempt to reconnect. */
  #failing = false;
  readonly #client: RedisClient;
  readonly #channel: string;
  readonly #ports: SubscriptionPorts;

  constructor(client: RedisClient, channel: string, ports: SubscriptionPorts) {
    this.#client = client;
    this.#channel = channel;
    this.#ports = ports;
  }

  /** Whether its connection is lost, until the channel is subscribed again. */
  get failing(): boolean {
    return this.#failing;
  }

  /** Subscribes if it is not. A client that has stopped to reconnect is replaced. */
  ensure(): void {
    if (this.#closed || this.#subscriber?.isOpen === true) return;
    this.#subscriber = undefined;
    void this.#open();
  }

  /** Ends a connection on which nothing arrives, and makes another one. */
  renew(): void {
    this.#end();
    this.ensure();
  }

  close(): void {
    this.#closed = true;
    this.#end();
  }

  async #open(): Promise<void> {
    let subscriber: RedisSubscriber | undefined;
    const isCurrent = (): boolean => subscriber !== undefined && this.#subscriber === subscriber;
    try {
      subscriber = this.#client.duplicate();
      this.#subscriber = subscriber;
      let isSubscribed = false;
      subscriber.on("error", (cause) => {
        if (isCurrent()) this.#fail(cause);
      });
      subscriber.on("ready", () => {
        if (isSubscribed && isCurrent()) this.#succeed();
      });
      await subscriber.connect();
      await subscriber.subscribe(this.#channel, (text) => {
        if (isCurrent()) this.#ports.onMessage(text);
      });
      isSubscribed = true;
      if (isCurrent()) this.#succeed();
    } catch (cause) {
      if (subscriber !== undefined && !isCurrent()) return;
      this.#fail(cause);
      this.#end();
    }
  }

  #succeed(): void {
    this.#failing = false;
    this.#ports.onSubscribed();
  }

  #fail(cause: unknown): void {
    if (!this.#failing) this.#ports.onFault(cause);
    this.#failing = true;
  }

  #end(): void {
    const subscriber = this.#subscriber;
    this.#subscriber = undefined;
    if (subscriber === undefined) return;
    try {
      if (subscriber.destroy !== undefined) subscriber.destroy();
      else Promise.resolve(subscriber.disconnect?.()).catch(ignore);
    } catch {
      // It was never connected.
    }
  }
}

function ignore(): void {
  // A connection that is closed already is what is wanted.
}
