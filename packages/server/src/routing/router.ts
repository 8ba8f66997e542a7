import { type ServerEventName, type ServerInput } from "@sig/protocol";
import { type RosterEntry } from "../roster/roster.js";
import { type Socket } from "../socket-io.js";
import { type NoticeEvent } from "./notice-list.js";

/**
 * Where a member receives its events: the socket that holds it, and the node of that socket. A roster entry is an
 * address.
 */
export type Address = Pick<RosterEntry, "session" | "node">;

/**
 * Brings events to peers; it is the only way out. One peer receives its events in the order of the calls, so
 * `created`, which is sent when a membership begins, comes before everything else of that room. No Socket.IO room is
 * used: no string from a client ever names one.
 */
export interface Router {
  /**
   * Sends an event to a member, at once if this node holds its socket. Never throws; an event for a socket that has
   * gone is dropped.
   */
  deliver<Event extends ServerEventName>(to: Address, event: Event, payload: ServerInput<Event>): void;
  /**
   * As `deliver`, for a member whose client reads gathered notices: under pressure several are sent as one event, a few
   * milliseconds later. Whatever else is sent to that socket comes behind them.
   */
  notify<Event extends NoticeEvent>(to: Address, event: Event, payload: ServerInput<Event>): void;
  /**
   * Sends an event to a socket of this node, whether it is a member of a room or not, ahead of what `hold` keeps back.
   * Never throws.
   */
  reply<Event extends ServerEventName>(to: Socket, event: Event, payload: ServerInput<Event>): void;
  /** Sends the notices that wait for a socket of this node: before an answer that does not go through here. */
  flush(to: Socket): void;
  /**
   * Keeps back what is delivered to a socket of this node, for as long as its `created` of a room is not ready.
   * @returns a function that sends what was kept back, in order; what concerns the room only if it is a member by then
   */
  hold(session: string, room: string): (isMember: boolean) => void;
}
