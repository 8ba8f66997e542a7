import { type ExitReason } from "@sig/protocol";
import { LatestEntries } from "../latest-entries.js";
import { type RosterEntry } from "../roster/roster.js";
import { type RedisClient } from "./client.js";
import { fromToken, toToken, type Keys } from "./keys.js";
import { NodeChannels } from "./node-channels.js";
import { type FailedRemoval, type OwnEntry } from "./own-entries.js";
import { nodeScripts } from "./node-scripts.js";
import { entryTail, readRecord, recordTail, type StoredEntry } from "./records.js";
import { roomScripts } from "./room-scripts.js";
import { runScript, type Script } from "./script.js";

export type Added =
  | {
      readonly ok: true;
      readonly version: number;
      readonly added: StoredEntry;
      readonly previous: StoredEntry | undefined;
      readonly members: readonly StoredEntry[];
    }
  | { readonly ok: false; readonly reason: "full" | "banned" };

/** A change of an entry that is made only if it is still as `record`. */
export interface Replacement {
  readonly id: string;
  readonly record: string;
  /** Without: the entry is removed. */
  readonly next?: { readonly entry: RosterEntry; readonly owner: string; readonly place: number } | undefined;
  /** Without: the version of the change. */
  readonly claim?: number | undefined;
  readonly reason?: ExitReason | undefined;
}

/** What this node does not know of an entry that it restores. */
export interface RestoreNote {
  readonly id: string;
  /**
   * It is not restored since another node has kicked it, or since it was banned after the store had lost it, or since
   * the store has another one under its id; it was changed by another node meanwhile, and is not restored yet; or it is
   * restored after others had ended it.
   */
  readonly what: "kicked" | "banned" | "taken" | "changed" | "returned";
  /** As it was changed. */
  readonly stored: StoredEntry | undefined;
}

/** The fault of a value in Redis that this library has not written. */
const malformed = (what: string): Error => new Error(`Ignored ${what} in Redis: it is malformed.`);

/** Malformed entries that were reported. */
const maxReported = 256;

/** What Redis holds of rooms, as typed commands: no state but what was reported. */
export class RoomStore {
  readonly #client: NodeChannels;
  readonly #keys: Keys;
  readonly #node: string;
  readonly #onFault: (cause: unknown) => void;
  readonly #reported = new LatestEntries<true>(maxReported);

  constructor(client: RedisClient, keys: Keys, node: string, onFault: (cause: unknown) => void) {
    this.#client = new NodeChannels(client, keys);
    this.#keys = keys;
    this.#node = node;
    this.#onFault = onFault;
  }

  async add(room: string, entry: RosterEntry, places: number): Promise<Added> {
    const tail = entryTail(entry, this.#node);
    const reply = await this.#run(roomScripts.add, room, [toToken(entry.id), ...banNames(entry), String(places), tail]);
    const [outcome, version, previous, all] = reply as [string, string, string, unknown];
    if (outcome === "full" || outcome === "banned") return { ok: false, reason: outcome };
    const members = this.#members(room, all);
    const added = members.find((member) => member.entry.id === entry.id);
    if (added === undefined) throw malformed(`the new entry of ${entry.id} in room ${JSON.stringify(room)}`);
    const before = previous === "" ? undefined : this.#record(room, entry.id, previous);
    return { ok: true, version: Number(version), added, previous: before, members };
  }

  /**
   * @param owner the node that the entry must belong to; any if absent
   * @returns the version of the change; undefined if no entry has that id and session, or `absent` if the store has
   *   lost it
   */
  async remove(
    room: string,
    id: string,
    session: string,
    reason: ExitReason,
    owner: string | undefined,
  ): Promise<number | "absent" | undefined> {
    const args = [toToken(id), toToken(session), toToken(reason), owner === undefined ? "" : toToken(owner)];
    const reply = await this.#run(roomScripts.remove, room, args);
    return reply === null ? undefined : reply === "absent" ? reply : Number(reply);
  }

  /** Puts back what the store has lost. The members are empty if `read` is false. */
  async restore(
    room: string,
    own: Iterable<OwnEntry>,
    removals: readonly FailedRemoval[],
    read: boolean,
  ): Promise<{
    readonly version: number;
    readonly changes: number;
    readonly notes: readonly RestoreNote[];
    readonly members: readonly StoredEntry[];
  }> {
    const removed = removals.map(({ id, session, reason }) => [id, session, reason].map(toToken));
    const records = Array.from(own, ({ entry, claim, place, adopted }) => [
      ...[toToken(entry.id), ...banNames(entry), adopted ? "1" : "0", String(claim)],
      recordTail({ entry, place, owner: this.#node }),
    ]);
    const args = [read ? "1" : "0", String(removed.length), ...removed.flat(), ...records.flat()];
    const reply = await this.#run(roomScripts.restore, room, args);
    const [version, changes, list, all] = reply as [string, string, [string, RestoreNote["what"], string?][], unknown];
    const notes = list.map(([token, what, record]): RestoreNote => {
      const id = fromToken(token) ?? token;
      return { id, what, stored: record === undefined ? undefined : this.#record(room, id, record) };
    });
    return { version: Number(version), changes: Number(changes), notes, members: this.#members(room, all) };
  }

  /** @returns the version of each change that was made, by id */
  async replace(
    room: string,
    replacements: readonly Replacement[],
  ): Promise<{
    readonly version: number;
    readonly changed: ReadonlyMap<string, number>;
    readonly members: readonly StoredEntry[];
  }> {
    const args = replacements.flatMap(({ id, record, next, claim, reason = "lost" }) => [
      ...[toToken(id), record, next === undefined ? "" : recordTail(next)],
      next === undefined ? toToken(reason) : claim === undefined ? "" : String(claim),
    ]);
    const reply = await this.#run(roomScripts.replace, room, args);
    const [version, pairs, all] = reply as [string, [string, string][], unknown];
    const changed = new Map(pairs.map(([id, at]) => [fromToken(id) ?? id, Number(at)]));
    return { version: Number(version), changed, members: this.#members(room, all) };
  }

  async ban(room: string, name: string, banMs: number | undefined): Promise<void> {
    await this.#run(roomScripts.ban, room, [name, banMs === undefined ? "" : String(Math.max(0, banMs))]);
  }

  /** One record, as its text too. */
  async find(room: string, id: string): Promise<{ readonly record: string; readonly stored: StoredEntry } | undefined> {
    const record = await this.#client.sendCommand(["HGET", this.#keys.ofRoom(room)[0], toToken(id)]);
    if (typeof record !== "string") return undefined;
    const stored = this.#record(room, id, record);
    return stored && { record, stored };
  }

  /** The records of a room as text, by id; malformed ones too. */
  async records(room: string): Promise<readonly (readonly [id: string, record: string])[]> {
    const all = pairsOf(await this.#client.sendCommand(["HGETALL", this.#keys.ofRoom(room)[0]]));
    return all.flatMap(([token, record]) => {
      const id = fromToken(token);
      return id === undefined ? [] : [[id, record] as const];
    });
  }

  async count(room: string): Promise<number> {
    return Number(await this.#run(roomScripts.count, room, []));
  }

  /** The rooms in which nodes may have members. */
  async roomsOf(nodes: readonly string[]): Promise<readonly string[]> {
    const keys = nodes.map((node) => this.#keys.roomsOf(node));
    const tokens = keys.length === 0 ? [] : await this.#client.sendCommand(["SUNION", ...keys]);
    return [...(tokens as Iterable<string>)].map(fromToken).filter((room) => room !== undefined);
  }

  /** Before each entry of this node in a room, so that whoever adopts its members finds it. */
  async enterRoom(room: string): Promise<void> {
    const { nodes, dead } = this.#keys;
    const keys = [nodes, dead, this.#keys.roomsOf(this.#node)];
    await runScript(this.#client, nodeScripts.enter, keys, [toToken(this.#node), toToken(room)]);
  }

  /** After its last one. A node that is in no room any more leaves nothing to adopt. */
  async leaveRoom(room: string, isLast: boolean): Promise<void> {
    const commands = [["SREM", this.#keys.roomsOf(this.#node), toToken(room)]];
    if (isLast) commands.push(["ZREM", this.#keys.dead, toToken(this.#node)]);
    await Promise.all(commands.map((command) => this.#client.sendCommand(command)));
  }

  async send(node: string, message: unknown): Promise<void> {
    await this.#client.publish(node, message);
  }

  #run(script: Script, room: string, args: readonly string[]): Promise<unknown> {
    const common = [toToken(this.#node), toToken(room), this.#keys.channelPrefix];
    return runScript(this.#client, script, this.#keys.ofRoom(room), [...common, ...args]);
  }

  /** Well-formed entries, in the order in which they joined. */
  #members(room: string, all: unknown): readonly StoredEntry[] {
    return pairsOf(all)
      .map(([token, record]) => this.#record(room, fromToken(token), record, token))
      .filter((stored) => stored !== undefined)
      .sort((one, other) => one.place - other.place);
  }

  #record(room: string, id: string | undefined, record: string, token = id): StoredEntry | undefined {
    const stored = id === undefined ? undefined : readRecord(id, record);
    if (stored !== undefined) return stored;
    const key = JSON.stringify([room, token, record]);
    if (this.#reported.has(key)) return undefined;
    this.#reported.set(key, true);
    this.#onFault(malformed(`the entry ${JSON.stringify(token)} of room ${JSON.stringify(room)}`));
    return undefined;
  }
}

/** Ids and users are banned under different names. */
export const idBan = (id: string): string => `id:${toToken(id)}`;
export const userBan = (user: string): string => `user:${toToken(user)}`;

function banNames({ id, user }: RosterEntry): readonly [string, string] {
  return [idBan(id), user === undefined ? "" : userBan(user)];
}

/** A hash as a client returns it: flat, or as an object or a map where RESP3 is used. */
function pairsOf(hash: unknown): (readonly [string, string])[] {
  if (hash instanceof Map) return [...(hash as Map<string, string>)];
  if (typeof hash !== "object" || hash === null) return [];
  if (!Array.isArray(hash)) return Object.entries(hash as Record<string, string>);
  const flat = hash as string[];
  return flat.flatMap((field, index) => (index % 2 === 0 ? [[field, flat[index + 1] ?? ""] as const] : []));
}
