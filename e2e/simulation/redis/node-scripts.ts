import type { ScriptModel } from "./room-scripts.js";

/** What `packages/server/src/redis/node-scripts.ts` does in Lua. */
export const nodeScripts: Readonly<Record<"heartbeat" | "forget" | "enter", ScriptModel>> = {
  heartbeat: (store, [nodes = "", dead = ""], [node = "", channel = "", deadMs]) => {
    const now = Math.floor(store.micros() / 1000);
    const late = now - Number(deadMs);
    const known = store.zscore(nodes, node) === undefined ? 0 : 1;
    store.zadd(nodes, now, node);
    store.zrem(dead, node);
    for (const key of [nodes, dead])
      for (const [other, score] of store.membersByScore(key))
        if (score >= now + Number(deadMs)) store.zadd(key, now, other);
    const claimed: string[] = [];
    for (const key of [nodes, dead])
      for (const [other, score] of store.membersByScore(key)) {
        if (score > late) continue;
        if (key === nodes) store.zrem(nodes, other);
        claimed.push(other);
      }
    for (const other of claimed) store.zadd(dead, now, other);
    store.publish(channel, "heartbeat");
    return [known, claimed];
  },
  forget: (store, [nodes = "", dead = "", rooms = ""], [node = ""]) => {
    store.zrem(dead, node);
    if (store.zscore(nodes, node) === undefined) store.del(rooms);
    return 1;
  },
  enter: (store, [nodes = "", dead = "", rooms = ""], [node = "", room = ""]) => {
    store.sadd(rooms, room);
    if (store.zscore(nodes, node) !== undefined || store.zscore(dead, node) !== undefined) return 0;
    store.zadd(dead, Math.floor(store.micros() / 1000), node);
    return 1;
  },
};
