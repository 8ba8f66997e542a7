export { type RedisClient, type RedisSubscriber } from "./client.js";
export { redisRoster, type RedisRosterOptions } from "./redis-roster.js";
export { type Clock } from "../clock.js";
export { type RandomBytes } from "../random.js";
export { type MaybePromise } from "../maybe-promise.js";
export { type Admission, type Roster, type RosterEntry } from "../roster/roster.js";
export {
  type RoomSnapshot,
  type RosterChange,
  type RosterObserver,
  type SharedRoster,
} from "../roster/shared-roster.js";
