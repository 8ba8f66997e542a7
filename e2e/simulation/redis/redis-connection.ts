import type { FakeClock } from "@sig/client/testing";
import type { Random } from "../../../packages/client/test/exploration/seeded-randomness.js";
import type { SimulatedProcess } from "../simulated-process.js";
import type { SimulatedRedis, Subscriber } from "./simulated-redis.js";

/** The network between one node and Redis. */
export interface RedisLink {
  readonly clock: FakeClock;
  readonly random: Random;
  readonly redis: SimulatedRedis;
  /** The process of the node. */
  readonly process: SimulatedProcess;
  /** Whether new connections can be made. */
  isCut: boolean;
  /** What arrives waits here, in both directions, as long as nothing comes through. */
  stalled: (() => void)[] | undefined;
}

interface Command {
  readonly args: readonly string[];
  readonly resolve: (reply: unknown) => void;
  readonly reject: (cause: Error) => void;
}

const latencyMs = [0.1, 3] as const;
/** Between two attempts to connect. */
const reconnectMs = [30, 400] as const;

/**
 * One connection to Redis, as a client of node-redis keeps it: commands and replies in order, a queue while it
 * reconnects, and an error for each command that was under way when the connection was lost.
 */
export class RedisConnection implements Subscriber {
  readonly #link: RedisLink;
  readonly #onReady: () => void;
  readonly #onError: (cause: Error) => void;
  readonly #onPublished: (message: string) => void;
  #channel: string | undefined;
  /** Counts the connections: what is under way on an earlier one is lost. */
  #number = 0;
  #isOpen = false;
  #isClosed = false;
  #queue: Command[] = [];
  readonly #sent = new Set<Command>();
  #lastUp = 0;
  #lastDown = 0;

  constructor(
    link: RedisLink,
    ports: { onReady(): void; onError(cause: Error): void; onPublished(message: string): void },
  ) {
    this.#link = link;
    this.#onReady = () => ports.onReady();
    this.#onError = (cause) => ports.onError(cause);
    this.#onPublished = (message) => ports.onPublished(message);
  }

  open(): void {
    const { isCut, redis, clock, random, process } = this.#link;
    if (this.#isClosed || this.#isOpen || process.hasEnded) return;
    if (isCut || !redis.isUp) {
      clock.after(random.within(reconnectMs), () => this.open());
      return;
    }
    this.#isOpen = true;
    this.#number++;
    [this.#lastUp, this.#lastDown] = [0, 0];
    // The channel is subscribed again before anything else, and `ready` follows.
    if (this.#channel !== undefined)
      this.#write({ args: ["SUBSCRIBE", this.#channel], resolve: () => this.#onReady(), reject: () => undefined });
    else process.enter(() => this.#onReady());
    for (const command of this.#queue.splice(0)) this.#write(command);
  }

  send(args: readonly string[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const command = { args, resolve, reject };
      if (this.#isClosed) reject(new Error("The client is closed"));
      else if (this.#isOpen) this.#write(command);
      else this.#queue.push(command);
    });
  }

  /** The connection is lost, and made again. */
  lose(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#number++;
    const { clock, random, redis, process } = this.#link;
    redis.unsubscribe(this);
    const cause = new Error("Socket closed unexpectedly");
    const sent = [...this.#sent];
    this.#sent.clear();
    process.enter(() => {
      for (const { reject } of sent) reject(cause);
      if (!this.#isClosed) this.#onError(cause);
    });
    clock.after(random.within(reconnectMs), () => this.open());
  }

  close(): void {
    this.#isClosed = true;
    this.lose();
  }

  published(_: string, message: string): void {
    this.#arrive(() => this.#onPublished(message));
  }

  #write(command: Command): void {
    const { clock, random, redis } = this.#link;
    this.#sent.add(command);
    this.#lastUp = Math.max(this.#lastUp, clock.now() + random.within(latencyMs));
    this.#pass(this.#lastUp, () => {
      let settle: () => void;
      try {
        const reply = this.#execute(redis, command.args);
        settle = () => command.resolve(reply);
      } catch (cause) {
        settle = () => command.reject(cause as Error);
      }
      this.#arrive(() => {
        if (this.#sent.delete(command)) settle();
      });
    });
  }

  #execute(redis: SimulatedRedis, args: readonly string[]): unknown {
    const [name, channel = ""] = args;
    if (name !== "SUBSCRIBE") return redis.execute(args);
    this.#channel = channel;
    redis.subscribe(channel, this);
    return undefined;
  }

  /** Brings something to the node. */
  #arrive(run: () => void): void {
    const { clock, random, process } = this.#link;
    this.#lastDown = Math.max(this.#lastDown, clock.now() + random.within(latencyMs));
    this.#pass(this.#lastDown, () => process.enter(run));
  }

  #pass(at: number, run: () => void): void {
    const { clock } = this.#link;
    const number = this.#number;
    const pass = (): void => {
      if (this.#number !== number) return;
      if (this.#link.stalled === undefined) run();
      else this.#link.stalled.push(pass);
    };
    clock.after(at - clock.now(), pass);
  }
}
