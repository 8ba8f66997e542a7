import { createHash } from "node:crypto";
import { nodeScripts } from "./node-scripts.js";
import { roomScripts, type ScriptModel } from "./room-scripts.js";
import { RedisStore } from "./store.js";

/** Each script is known by a line that only it has. What else it does, the test against a real Redis compares. */
const models: readonly (readonly [line: string, model: ScriptModel])[] = [
  ["local id, idBan, userBan, places, tail =", roomScripts.add],
  ["local id, session, reason, owner =", roomScripts.remove],
  ["local notes, changes =", roomScripts.restore],
  ["local at, changed =", roomScripts.replace],
  ["local name, ms =", roomScripts.ban],
  ["\nreturn count", roomScripts.count],
  ["local nodes, dead, node, channel, deadMs =", nodeScripts.heartbeat],
  ["redis.call('ZREM', KEYS[2], ARGV[1])", nodeScripts.forget],
  ["local nodes, dead, rooms, node, room =", nodeScripts.enter],
];

function modelOf(source: string): ScriptModel {
  const found = models.filter(([line]) => source.includes(line));
  if (found.length !== 1 || found[0] === undefined) throw new Error(`No model is known of this script:\n${source}`);
  return found[0][1];
}

/** The hashes are of few sources. */
const hashes = new Map<string, string>();

function hashOf(source: string): string {
  const known = hashes.get(source);
  if (known !== undefined) return known;
  const hash = createHash("sha1").update(source).digest("hex");
  hashes.set(source, hash);
  return hash;
}

/** What holds a subscription. */
export interface Subscriber {
  published(channel: string, message: string): void;
}

/** Redis, without its network: runs one command after the other. */
export class SimulatedRedis {
  readonly store: RedisStore;
  /** Whether it accepts connections. */
  isUp = true;
  /** The nodes that others have taken for dead, by their names in Redis. */
  readonly claimed = new Set<string>();
  /** Whether it has ever lost what the nodes had written. */
  hasLostData = false;
  /** When the members of each room were last found missing, by the token of its name. */
  readonly #emptyMs = new Map<string, number>();
  readonly #nowMs: () => number;
  readonly #scripts = new Map<string, ScriptModel>();
  readonly #subscribers = new Map<string, Set<Subscriber>>();
  readonly #observers = new Set<(message: string) => void>();

  /** @param nowMs milliseconds since 1970 */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.store = new RedisStore(nowMs, (channel, message) => this.#publish(channel, message));
  }

  /** Runs a command. Throws the error that Redis replies with. */
  execute([name = "", ...args]: readonly string[]): unknown {
    const { store } = this;
    const [key = "", value = ""] = args;
    switch (name) {
      case "EVALSHA":
        return this.#run(this.#scripts.get(key), args);
      case "EVAL": {
        const model = modelOf(key);
        this.#scripts.set(hashOf(key), model);
        return this.#run(model, args);
      }
      case "PUBLISH":
        return this.#publish(key, value);
      case "HGET":
        return store.hget(key, value) ?? null;
      case "HGETALL":
        return store.hgetall(key);
      case "SREM":
        return store.srem(key, value);
      case "SUNION":
        return store.sunion(...args);
      case "ZADD": {
        const isNew = store.zscore(key, args[2] ?? "") === undefined;
        store.zadd(key, Number(value), args[2] ?? "");
        return isNew ? 1 : 0;
      }
      case "ZREM":
        return store.zrem(key, value);
      case "ZRANGE":
        return store.membersByScore(key).map(([member]) => member);
      case "DEL":
        return store.del(...args);
      default:
        throw new Error(`The model of Redis has no command ${name}.`);
    }
  }

  /** When a room last had no members after a command, in milliseconds since 1970. */
  lastEmptyMs(room: string): number {
    return this.#emptyMs.get(room) ?? 0;
  }

  subscribe(channel: string, subscriber: Subscriber): void {
    this.#subscribers.set(channel, (this.#subscribers.get(channel) ?? new Set()).add(subscriber));
  }

  /** Calls a function with everything that is published. */
  observe(observer: (message: string) => void): void {
    this.#observers.add(observer);
  }

  /** The connection of a subscriber is lost. */
  unsubscribe(subscriber: Subscriber): void {
    for (const subscribers of this.#subscribers.values()) subscribers.delete(subscriber);
  }

  /** Ends: without persistence, everything is lost. */
  stop(): void {
    this.isUp = false;
    this.flush();
    this.#scripts.clear();
    this.#subscribers.clear();
  }

  flush(): void {
    this.hasLostData = true;
    this.store.flush();
  }

  start(): void {
    this.isUp = true;
  }

  #run(model: ScriptModel | undefined, [, count = "0", ...rest]: readonly string[]): unknown {
    if (model === undefined) throw new Error("NOSCRIPT No matching script.");
    const [keys, args] = [rest.slice(0, Number(count)), rest.slice(Number(count))];
    const reply = model(this.store, keys, args);
    if (Object.values(roomScripts).includes(model) && this.store.hgetall(keys[0] ?? "").length === 0)
      this.#emptyMs.set(args[1] ?? "", this.#nowMs());
    if (model === nodeScripts.heartbeat) for (const node of (reply as [number, string[]])[1]) this.claimed.add(node);
    return reply;
  }

  #publish(channel: string, message: string): number {
    for (const observer of this.#observers) observer(message);
    const subscribers = [...(this.#subscribers.get(channel) ?? [])];
    for (const subscriber of subscribers) subscriber.published(channel, message);
    return subscribers.length;
  }
}
