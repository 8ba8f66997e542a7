import { type SignalingOptions } from "@sig/server";
import { redisRoster, type RedisClient, type RedisSubscriber } from "@sig/server/redis";
import { FakeClock } from "../fake-clock.js";
import { until } from "../harness.js";
import { startMemoryService, type MemorySocket } from "../memory-service.js";
import { type Client, type RedisServer } from "./redis-server.js";

/** The time between two heartbeats. */
const heartbeatMs = 2_000;

/** The connections of a node to Redis, which a test can cut. */
export class CuttableLink {
  #isCut = false;
  /** What is called when the subscription is there again. */
  #subscribedAgain = (): void => undefined;

  through(own: Client): RedisClient {
    return {
      sendCommand: async (args) => {
        if (this.#isCut) throw new Error("This node is cut off from Redis.");
        return own.sendCommand(args);
      },
      duplicate: (): RedisSubscriber => {
        const subscriber = own.duplicate();
        const subscribe = subscriber.subscribe.bind(subscriber);
        this.#subscribedAgain = () => subscriber.emit("ready");
        return Object.assign(subscriber, {
          subscribe: (channel: string, listener: (text: string) => void) =>
            subscribe(channel, (text: string) => {
              if (!this.#isCut) listener(text);
            }),
        });
      },
    };
  }

  /** Commands fail, and what others publish is lost. */
  cut(): void {
    this.#isCut = true;
  }

  mend(): void {
    this.#isCut = false;
    this.#subscribedAgain();
  }
}

/** A service with its roster in a real Redis, whose time passes when its clock is advanced. */
export class ServiceNode {
  readonly link = new CuttableLink();
  readonly clock = new FakeClock();
  /** The joins and exits that its application was notified of. */
  readonly emitted: string[] = [];
  readonly #own: Client;
  readonly #prefix: string;
  readonly #service: ReturnType<typeof startMemoryService>;
  readonly #roster: ReturnType<typeof redisRoster>;

  private constructor(own: Client, prefix: string, options: SignalingOptions) {
    this.#own = own;
    this.#prefix = prefix;
    this.#roster = redisRoster(this.link.through(own), { prefix, clock: this.clock });
    this.#service = startMemoryService({ graceMs: 30_000, ...options, roster: this.#roster, clock: this.clock });
    const { signaling } = this.#service;
    signaling.on("peerJoined", ({ peer }) => this.emitted.push(`${peer.id} joined`));
    signaling.on("peerLeft", ({ peer, reason }) => this.emitted.push(`${peer.id} ${reason}`));
  }

  static async start(redis: RedisServer, prefix: string, options: SignalingOptions = {}): Promise<ServiceNode> {
    const own = await redis.connect();
    const node = new ServiceNode(own, prefix, options);
    const channel = `${prefix}:node:${node.#roster.node}`;
    await until("the subscription", async () => Number(await own.sendCommand(["PUBLISH", channel, "heartbeat"])) > 0);
    await node.beat();
    return node;
  }

  get signaling() {
    return this.#service.signaling;
  }

  get name(): string {
    return this.#roster.node;
  }

  async join(room: string, fields?: Record<string, unknown>): Promise<{ socket: MemorySocket; id: string }> {
    const socket = this.#service.connect();
    const reply = await socket.join(room, fields);
    if (!reply.ok) throw new Error(reply.message);
    return { socket, id: reply.id };
  }

  connect(): MemorySocket {
    return this.#service.connect();
  }

  /** The heartbeat is done, with what follows from it. */
  async beat(): Promise<void> {
    this.clock.advance(heartbeatMs);
    for (let turn = 0; turn < 3; turn += 1) {
      await this.#own.sendCommand(["PING"]);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Lets the time of this node pass until a promise is settled. */
  async during<Value>(promise: Promise<Value>): Promise<Value> {
    let isSettled = false;
    const settle = (): void => void (isSettled = true);
    promise.then(settle, settle);
    await until("the end of a call", async () => {
      if (!isSettled) this.clock.advance(100);
      await new Promise((resolve) => setTimeout(resolve, 2));
      return isSettled;
    });
    return promise;
  }

  /** Ends the process: nothing that it still does reaches anybody. */
  kill(): void {
    this.link.cut();
    this.#own.destroy();
  }

  /** Redis loses what this cluster has stored. */
  async flush(): Promise<void> {
    const keys = (await this.#own.sendCommand(["KEYS", `${this.#prefix}:*`])) as unknown as string[];
    await this.#own.sendCommand(["DEL", ...keys]);
  }

  /** Others take a node for dead at their next heartbeat. */
  async expire(node: ServiceNode): Promise<void> {
    await this.#own.sendCommand(["ZADD", `${this.#prefix}:{nodes}:alive`, "1", node.name]);
  }
}
