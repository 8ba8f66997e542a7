import { type RedisClient } from "@sig/server/redis";
import { type Client } from "./redis-server.js";

/** Holds back what arrives for a node, as if its process were stopped. */
export class FreezableLink {
  #held: (() => void)[] | undefined;
  #onHeld = (): void => {};

  through(own: Client): RedisClient {
    const duplicate = () => {
      const subscriber = own.duplicate();
      const subscribe = subscriber.subscribe.bind(subscriber);
      return Object.assign(subscriber, {
        subscribe: (channel: string, listener: (text: string) => void) =>
          subscribe(channel, (text: string) => {
            if (this.#held === undefined) listener(text);
            else {
              this.#held.push(() => listener(text));
              this.#onHeld();
            }
          }),
      });
    };
    return { sendCommand: (args) => own.sendCommand(args), duplicate };
  }

  /** Resolves when this many messages are held back. */
  async until(messages: number): Promise<void> {
    while ((this.#held?.length ?? 0) < messages) await new Promise<void>((resolve) => (this.#onHeld = resolve));
  }

  freeze(): void {
    this.#held = [];
  }

  drop(): void {
    this.#held = [];
  }

  thaw(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const deliver of held) deliver();
  }
}
