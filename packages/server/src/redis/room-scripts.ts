import { script, time } from "./script.js";

/**
 * Every change is one script: it reads and changes the keys of a room, counts the room's version up, and publishes the
 * change to the other nodes that have a member before or after it.
 */

/** ARGV of each script of a room: this node, the room, the prefix of channels, as tokens; then those of the script. */
const room = `${time}
local membersKey, versionKey, bansKey, timedBansKey = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local author, room, channels = ARGV[1], ARGV[2], ARGV[3]
local kept, endedMs = 256, 600000

-- Lua writes 14 digits of a number by default.
local function text(number) return string.format('%.0f', number) end

local function parse(record)
  if not record then return nil end
  local claim, place, owner, session, keyed = string.match(record, '^(%d+) (%d+) (%S*) (%S*) ([01])\\n')
  if not claim then return nil end
  return { claim = tonumber(claim), place = place, owner = owner, session = session, record = record }
end

local members, count = {}, 0
do
  local all = redis.call('HGETALL', membersKey)
  for index = 1, #all, 2 do
    local member = parse(all[index + 1])
    if member then
      members[all[index]] = member
      count = count + 1
    end
  end
end

local function reached() return redis.call('GET', versionKey) or '0' end

-- A room that is made again starts above where it ended, and so does one of which a member knows a higher version.
local function bump(floor)
  local version = tonumber(redis.call('GET', versionKey))
  local start = math.max(version or micros(), floor or 0)
  if start ~= version then redis.call('SET', versionKey, text(start)) end
  return text(redis.call('INCR', versionKey))
end

local function publish(message, owner)
  local to = {}
  for _, member in pairs(members) do to[member.owner] = true end
  if owner then to[owner] = true end
  to[author] = nil
  for node in pairs(to) do redis.call('PUBLISH', channels .. node, message) end
end

local function put(id, version, record)
  local before = members[id]
  redis.call('HSET', membersKey, id, record)
  if not before then count = count + 1 end
  members[id] = parse(record)
  publish('set ' .. version .. ' ' .. room .. ' ' .. id .. '\\n' .. record, before and before.owner)
end

-- Names that have an end, such as those of bans: the latest ones of a room.
local function remember(name, ms)
  local now = micros() / 1000
  redis.call('ZREMRANGEBYSCORE', timedBansKey, '-inf', text(now))
  redis.call('ZADD', timedBansKey, text(now + ms), name)
  redis.call('ZREMRANGEBYRANK', timedBansKey, 0, -kept - 1)
  local last = redis.call('ZRANGE', timedBansKey, -1, -1, 'WITHSCORES')[2]
  redis.call('PEXPIREAT', timedBansKey, text(tonumber(last) + 1))
end

-- Whoever ends a membership that another node holds, or held until it was taken for dead, leaves a note: that node may
-- only have been cut off, and still has the member when it is back.
local function drop(id, reason, isAdopted)
  local before = members[id]
  local version = bump()
  if (isAdopted or before.owner ~= author) and (reason == 'kicked' or reason == 'lost') then
    remember(reason .. ':' .. before.session, endedMs)
  end
  redis.call('HDEL', membersKey, id)
  members[id] = nil
  count = count - 1
  publish('end ' .. version .. ' ' .. room .. ' ' .. id .. ' ' .. before.session .. ' ' .. reason, before.owner)
  -- Bans that have an end outlive the room.
  if count == 0 then redis.call('DEL', membersKey, versionKey, bansKey) end
  return version
end

local function isBanned(name)
  if name == '' then return false end
  if redis.call('ZSCORE', bansKey, name) then return true end
  local till = redis.call('ZSCORE', timedBansKey, name)
  return till and tonumber(till) > micros() / 1000
end`;

/** id, the banned names of the id and its user ("" for none), places, and the record without claim and place. */
const add = `
local id, idBan, userBan, places, tail = ARGV[4], ARGV[5], ARGV[6], tonumber(ARGV[7]), ARGV[8]
if isBanned(idBan) or isBanned(userBan) then return { 'banned' } end
local before = members[id]
if not before and count >= places then return { 'full' } end
local version = bump()
put(id, version, version .. ' ' .. (before and before.place or version) .. ' ' .. tail)
return { 'ok', version, before and before.record or '', redis.call('HGETALL', membersKey) }`;

/**
 * id, session, reason, and the owner that has adopted the entry, and must still have it ("" for any). Returns `absent`
 * if the store has lost the entry: it has none of that id, and nobody else has ended the session.
 */
const remove = `
local id, session, reason, owner = ARGV[4], ARGV[5], ARGV[6], ARGV[7]
local member = members[id]
if not member and not isBanned('kicked:' .. session) and not isBanned('lost:' .. session) then return 'absent' end
if not member or member.session ~= session or (owner ~= '' and member.owner ~= owner) then return false end
return drop(id, reason, owner ~= '')`;

/**
 * What a node knows of its own members, put back where the store has lost it. Whether to return the room; then the
 * number of removals, and of each id, session, reason; then of each member id, the names that bans have, whether it was
 * adopted, claim, and the rest of its record.
 *
 * - An entry that the store lacks is added, unless it is banned or another node has kicked it. It is returned if
 *   others had ended it.
 * - The entry of the same session is changed: the node that holds the socket knows it best. Only an adopter, which has
 *   no socket, gives way to another owner. One with a higher claim was changed by another node meanwhile: it is
 *   returned, and stays until this node has read it.
 * - The entry of another session stays if its claim is higher, and is replaced if it is lower.
 */
const restore = `
local at = 6
local notes, changes = {}, 0
for _ = 1, tonumber(ARGV[5]) do
  local id, session, reason = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  local member = members[id]
  if member and member.session == session then
    drop(id, reason)
    changes = changes + 1
  end
  at = at + 3
end
while ARGV[at] do
  local id, idBan, userBan, adopted = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3] == '1'
  local record = ARGV[at + 4] .. ' ' .. ARGV[at + 5]
  local own, member = parse(record), members[id]
  local why
  if not member then
    if isBanned('kicked:' .. own.session) then why = 'kicked'
    elseif isBanned(idBan) or isBanned(userBan) then why = 'banned'
    elseif redis.call('ZREM', timedBansKey, 'lost:' .. own.session) == 1 then
      table.insert(notes, { id, 'returned' })
    end
  elseif member.session == own.session then
    if adopted and member.owner ~= author then why = 'taken'
    elseif member.claim > own.claim then why = 'changed' end
  elseif member.claim >= own.claim then why = 'taken' end
  if why then table.insert(notes, { id, why, why == 'changed' and member.record or nil })
  elseif not member or member.record ~= record then
    put(id, bump(own.claim), record)
    changes = changes + 1
  end
  at = at + 6
end
return { reached(), tostring(changes), notes, ARGV[4] == '1' and redis.call('HGETALL', membersKey) or {} }`;

/**
 * Changes entries that are still as they were read. Of each id, the record as read; then either the rest of the new
 * record, and its claim ("" for a new one), or an empty rest and a reason.
 */
const replace = `
local at, changed = 4, {}
while ARGV[at] do
  local id, expected, tail, last = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  local member = members[id]
  if member and member.record == expected then
    if tail == '' then table.insert(changed, { id, drop(id, last, true) })
    else
      local version = bump()
      put(id, version, (last == '' and version or last) .. ' ' .. tail)
      table.insert(changed, { id, version })
    end
  end
  at = at + 4
end
return { reached(), changed, redis.call('HGETALL', membersKey) }`;

/** The banned name, and for how many milliseconds ("" for as long as the room has members). */
const ban = `
local name, ms = ARGV[4], tonumber(ARGV[5])
if ms then remember(name, ms)
elseif count > 0 then
  local latest = redis.call('ZRANGE', bansKey, -1, -1, 'WITHSCORES')[2]
  redis.call('ZADD', bansKey, (latest or 0) + 1, name)
  redis.call('ZREMRANGEBYRANK', bansKey, 0, -kept - 1)
end
return 1`;

const count = `return count`;

export const roomScripts = {
  add: script(room, add),
  remove: script(room, remove),
  restore: script(room, restore),
  replace: script(room, replace),
  ban: script(room, ban),
  count: script(room, count),
} as const;
