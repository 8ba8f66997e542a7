import type { RedisStore } from "./store.js";

/** A script, as a function of the data. */
export type ScriptModel = (store: RedisStore, keys: readonly string[], args: readonly string[]) => unknown;

interface Member {
  readonly claim: number;
  readonly place: string;
  readonly owner: string;
  readonly session: string;
  readonly record: string;
}

/** The bans of a room that are kept. */
const maxBans = 256;
/** How long a membership is remembered that another node has ended. */
const endedMs = 600_000;

function parse(record: string): Member | undefined {
  const [, claim, place, owner, session] = /^(\d+) (\d+) (\S*) (\S*) [01]\n/.exec(record) ?? [];
  if (claim === undefined || place === undefined || owner === undefined || session === undefined) return undefined;
  return { claim: Number(claim), place, owner, session, record };
}

/** One room during a script: what `packages/server/src/redis/room-scripts.ts` does in Lua. */
class Room {
  readonly members = new Map<string, Member>();
  /** The arguments of the script itself. */
  readonly args: readonly string[];
  readonly author: string;
  readonly #store: RedisStore;
  readonly #name: string;
  readonly #channels: string;
  readonly #keys: { readonly members: string; readonly version: string; readonly bans: string; readonly timed: string };

  constructor(store: RedisStore, keys: readonly string[], all: readonly string[]) {
    const [members = "", version = "", bans = "", timed = ""] = keys;
    const [author = "", name = "", channels = "", ...args] = all;
    this.#store = store;
    this.#keys = { members, version, bans, timed };
    this.#name = name;
    this.#channels = channels;
    this.author = author;
    this.args = args;
    const records = this.all();
    for (let index = 0; index < records.length; index += 2) {
      const member = parse(records[index + 1] ?? "");
      if (member !== undefined) this.members.set(records[index] ?? "", member);
    }
  }

  all(): string[] {
    return this.#store.hgetall(this.#keys.members);
  }

  reached(): string {
    return this.#store.get(this.#keys.version) ?? "0";
  }

  bump(floor = 0): string {
    const version = this.#store.get(this.#keys.version);
    const start = Math.max(version === undefined ? this.#store.micros() : Number(version), floor);
    if (version === undefined || start !== Number(version)) this.#store.set(this.#keys.version, String(start));
    return String(this.#store.incr(this.#keys.version));
  }

  put(id: string, version: string, record: string): void {
    const before = this.members.get(id);
    this.#store.hset(this.#keys.members, id, record);
    const member = parse(record);
    if (member !== undefined) this.members.set(id, member);
    this.#publish(`set ${version} ${this.#name} ${id}\n${record}`, before?.owner);
  }

  drop(id: string, reason: string, isAdopted = false): string {
    const before = this.members.get(id);
    const version = this.bump();
    const isOfOther = isAdopted || before?.owner !== this.author;
    if (isOfOther && (reason === "kicked" || reason === "lost"))
      this.remember(`${reason}:${before?.session ?? ""}`, endedMs);
    this.#store.hdel(this.#keys.members, id);
    this.members.delete(id);
    this.#publish(`end ${version} ${this.#name} ${id} ${before?.session ?? ""} ${reason}`, before?.owner);
    if (this.members.size === 0) this.#store.del(this.#keys.members, this.#keys.version, this.#keys.bans);
    return version;
  }

  isBanned(name: string): boolean {
    if (name === "") return false;
    if (this.#store.zscore(this.#keys.bans, name) !== undefined) return true;
    const till = this.#store.zscore(this.#keys.timed, name);
    return till !== undefined && till > this.#store.micros() / 1000;
  }

  ban(name: string, ms: string): void {
    const { bans } = this.#keys;
    if (ms !== "") this.remember(name, Number(ms));
    else if (this.members.size > 0) {
      this.#store.zadd(bans, (this.#store.membersByScore(bans).at(-1)?.[1] ?? 0) + 1, name);
      this.#keepLatest(bans);
    }
  }

  remember(name: string, ms: number): void {
    const { timed } = this.#keys;
    const store = this.#store;
    const now = store.micros() / 1000;
    for (const [member, score] of store.membersByScore(timed)) if (score <= Math.round(now)) store.zrem(timed, member);
    store.zadd(timed, Math.round(now + ms), name);
    this.#keepLatest(timed);
    store.pexpireat(timed, (store.membersByScore(timed).at(-1)?.[1] ?? 0) + 1);
  }

  /** Returns whether others had ended the session, which is forgotten. */
  forgetEnd(session: string): boolean {
    return this.#store.zrem(this.#keys.timed, `lost:${session}`) === 1;
  }

  #keepLatest(key: string): void {
    for (const [member] of this.#store.membersByScore(key).slice(0, -maxBans)) this.#store.zrem(key, member);
  }

  #publish(message: string, owner: string | undefined): void {
    const to = new Set(Array.from(this.members.values(), (member) => member.owner));
    if (owner !== undefined) to.add(owner);
    to.delete(this.author);
    for (const node of to) this.#store.publish(`${this.#channels}${node}`, message);
  }
}

function add(room: Room): unknown {
  const [id = "", idBan = "", userBan = "", places = "", tail = ""] = room.args;
  if (room.isBanned(idBan) || room.isBanned(userBan)) return ["banned"];
  const before = room.members.get(id);
  if (before === undefined && room.members.size >= Number(places)) return ["full"];
  const version = room.bump();
  room.put(id, version, `${version} ${before?.place ?? version} ${tail}`);
  return ["ok", version, before?.record ?? "", room.all()];
}

function remove(room: Room): unknown {
  const [id = "", session, reason = "", owner = ""] = room.args;
  const member = room.members.get(id);
  const isEnded = ["kicked", "lost"].some((how) => room.isBanned(`${how}:${session ?? ""}`));
  if (member === undefined && !isEnded) return "absent";
  if (member?.session !== session || (owner !== "" && member?.owner !== owner)) return null;
  return room.drop(id, reason, owner !== "");
}

function restore(room: Room): unknown {
  const [read, removals = "0", ...rest] = room.args;
  const notes: [id: string, why: string, record?: string][] = [];
  let changes = 0;
  for (let count = Number(removals); count > 0; count--) {
    const [id = "", session, reason = ""] = rest.splice(0, 3);
    if (room.members.get(id)?.session !== session) continue;
    room.drop(id, reason);
    changes++;
  }
  while (rest.length > 0) {
    const [id = "", idBan = "", userBan = "", adopted, claim = "", tail = ""] = rest.splice(0, 6);
    const record = `${claim} ${tail}`;
    const member = room.members.get(id);
    const own = parse(record);
    let why: string | undefined;
    if (member === undefined) {
      if (room.isBanned(`kicked:${own?.session ?? ""}`)) why = "kicked";
      else if (room.isBanned(idBan) || room.isBanned(userBan)) why = "banned";
      else if (room.forgetEnd(own?.session ?? "")) notes.push([id, "returned"]);
    } else if (member.session === own?.session) {
      if (adopted === "1" && member.owner !== room.author) why = "taken";
      else if (member.claim > Number(claim)) why = "changed";
    } else if (member.claim >= Number(claim)) why = "taken";
    if (why !== undefined) notes.push(why === "changed" ? [id, why, member?.record ?? ""] : [id, why]);
    else if (member?.record !== record) {
      room.put(id, room.bump(Number(claim)), record);
      changes++;
    }
  }
  return [room.reached(), String(changes), notes, read === "1" ? room.all() : []];
}

function replace(room: Room): unknown {
  const rest = [...room.args];
  const changed: [id: string, version: string][] = [];
  while (rest.length > 0) {
    const [id = "", expected, tail = "", last = ""] = rest.splice(0, 4);
    if (room.members.get(id)?.record !== expected) continue;
    if (tail === "") changed.push([id, room.drop(id, last, true)]);
    else {
      const version = room.bump();
      room.put(id, version, `${last === "" ? version : last} ${tail}`);
      changed.push([id, version]);
    }
  }
  return [room.reached(), changed, room.all()];
}

function ban(room: Room): unknown {
  const [name = "", ms = ""] = room.args;
  room.ban(name, ms);
  return 1;
}

const model =
  (script: (room: Room) => unknown): ScriptModel =>
  (store, keys, args) =>
    script(new Room(store, keys, args));

export const roomScripts = {
  add: model(add),
  remove: model(remove),
  restore: model(restore),
  replace: model(replace),
  ban: model(ban),
  count: model((room) => room.members.size),
} as const;
