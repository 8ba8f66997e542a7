import { script, time } from "./script.js";

/**
 * KEYS: the nodes, the dead nodes. ARGV: this node, its channel, after how many milliseconds a node is dead. Returns
 * whether the store knew this node, and the nodes whose members this one is to adopt. A claim lasts as long: after that
 * the adopter has died too, or the next one is done sooner.
 */
const heartbeat = `${time}
local nodes, dead, node, channel, deadMs = KEYS[1], KEYS[2], ARGV[1], ARGV[2], tonumber(ARGV[3])
local now = math.floor(micros() / 1000)
local known = redis.call('ZSCORE', nodes, node) and 1 or 0
redis.call('ZADD', nodes, now, node)
redis.call('ZREM', dead, node)
-- Redis's clock was set back, or another server took over.
for _, key in ipairs(KEYS) do
  local ahead = redis.call('ZRANGEBYSCORE', key, now + deadMs, '+inf')
  for _, other in ipairs(ahead) do redis.call('ZADD', key, now, other) end
end
local claimed = {}
for _, other in ipairs(redis.call('ZRANGEBYSCORE', nodes, '-inf', now - deadMs)) do
  redis.call('ZREM', nodes, other)
  table.insert(claimed, other)
end
for _, other in ipairs(redis.call('ZRANGEBYSCORE', dead, '-inf', now - deadMs)) do table.insert(claimed, other) end
for _, other in ipairs(claimed) do redis.call('ZADD', dead, now, other) end
redis.call('PUBLISH', channel, 'heartbeat')
return { known, claimed }`;

/** KEYS: the nodes, the dead nodes, the rooms of the dead one. ARGV: its name. One that is back keeps its rooms. */
const forget = `
redis.call('ZREM', KEYS[2], ARGV[1])
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then redis.call('DEL', KEYS[3]) end
return 1`;

/**
 * KEYS: the nodes, the dead nodes, the rooms of this one. ARGV: its name, a room. A store that has lost its data does
 * not know this node until its next heartbeat. Should it die before, then it is dead for the others.
 */
const enter = `${time}
local nodes, dead, rooms, node, room = KEYS[1], KEYS[2], KEYS[3], ARGV[1], ARGV[2]
redis.call('SADD', rooms, room)
if redis.call('ZSCORE', nodes, node) or redis.call('ZSCORE', dead, node) then return 0 end
redis.call('ZADD', dead, math.floor(micros() / 1000), node)
return 1`;

export const nodeScripts = { heartbeat: script(heartbeat), forget: script(forget), enter: script(enter) } as const;
