type Value = string | Map<string, string> | Set<string> | SortedSet;

/** Scores of members. */
class SortedSet {
  readonly scores = new Map<string, number>();

  /** Members in the order of Redis: by score, then by name. */
  members(): [member: string, score: number][] {
    return [...this.scores].sort(([one, first], [other, second]) => first - second || (one < other ? -1 : 1));
  }
}

/** The data of Redis, with the commands that `@sig/server/redis` uses. */
export class RedisStore {
  readonly #values = new Map<string, Value>();
  readonly #expiries = new Map<string, number>();
  readonly #nowMs: () => number;
  readonly #publish: (channel: string, message: string) => void;

  /** @param nowMs the clock of Redis, in milliseconds since 1970 */
  constructor(nowMs: () => number, publish: (channel: string, message: string) => void) {
    this.#nowMs = nowMs;
    this.#publish = publish;
  }

  flush(): void {
    this.#values.clear();
    this.#expiries.clear();
  }

  keys(): string[] {
    return [...this.#values.keys()].filter((key) => this.#get(key) !== undefined).sort();
  }

  /** Those that do not go away by themselves. */
  lastingKeys(): string[] {
    return this.keys().filter((key) => !this.#expiries.has(key));
  }

  /** `TIME`, as one number of microseconds. */
  micros(): number {
    return Math.floor(this.#nowMs() * 1000);
  }

  publish(channel: string, message: string): void {
    this.#publish(channel, message);
  }

  get(key: string): string | undefined {
    const value = this.#get(key);
    return typeof value === "string" ? value : undefined;
  }

  set(key: string, value: string): void {
    this.#values.set(key, value);
  }

  incr(key: string): number {
    const next = Number(this.get(key) ?? 0) + 1;
    this.set(key, String(next));
    return next;
  }

  del(...keys: readonly string[]): number {
    return keys.filter((key) => this.#delete(key)).length;
  }

  pexpireat(key: string, ms: number): void {
    this.#expiries.set(key, ms);
  }

  hget(key: string, field: string): string | undefined {
    return this.#hash(key).get(field);
  }

  hgetall(key: string): string[] {
    return [...this.#hash(key)].flat();
  }

  hset(key: string, field: string, value: string): void {
    this.#values.set(key, this.#hash(key).set(field, value));
  }

  hdel(key: string, field: string): void {
    const hash = this.#hash(key);
    hash.delete(field);
    if (hash.size === 0) this.#delete(key);
  }

  sadd(key: string, member: string): number {
    const set = this.#set(key);
    const added = set.has(member) ? 0 : 1;
    this.#values.set(key, set.add(member));
    return added;
  }

  srem(key: string, member: string): number {
    const set = this.#set(key);
    const removed = set.delete(member) ? 1 : 0;
    if (set.size === 0) this.#delete(key);
    return removed;
  }

  sunion(...keys: readonly string[]): string[] {
    return [...new Set(keys.flatMap((key) => [...this.#set(key)]))];
  }

  zadd(key: string, score: number, member: string): void {
    const sorted = this.#sorted(key);
    sorted.scores.set(member, score);
    this.#values.set(key, sorted);
  }

  zrem(key: string, member: string): number {
    const sorted = this.#sorted(key);
    const removed = sorted.scores.delete(member) ? 1 : 0;
    if (sorted.scores.size === 0) this.#delete(key);
    return removed;
  }

  zscore(key: string, member: string): number | undefined {
    return this.#sorted(key).scores.get(member);
  }

  /** All members with their scores, in order. */
  membersByScore(key: string): [member: string, score: number][] {
    return this.#sorted(key).members();
  }

  #get(key: string): Value | undefined {
    const expiry = this.#expiries.get(key);
    if (expiry !== undefined && expiry <= this.#nowMs()) this.#delete(key);
    return this.#values.get(key);
  }

  #delete(key: string): boolean {
    this.#expiries.delete(key);
    return this.#values.delete(key);
  }

  #hash(key: string): Map<string, string> {
    const value = this.#get(key);
    return value instanceof Map ? value : new Map<string, string>();
  }

  #set(key: string): Set<string> {
    const value = this.#get(key);
    return value instanceof Set ? value : new Set<string>();
  }

  #sorted(key: string): SortedSet {
    const value = this.#get(key);
    return value instanceof SortedSet ? value : new SortedSet();
  }
}
