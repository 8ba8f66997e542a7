import { parse, type ServerPayload } from "@sig/protocol";
import { report, type Core } from "./core.js";
import { deliver } from "./delivery.js";
import { ask } from "./host-call.js";
import { after, type MaybePromise } from "./maybe-promise.js";
import { type Connection, type Member } from "./membership.js";
import { longestDelayMs } from "./settings.js";

export type IceServersPayload = ServerPayload<"iceServers">;

/** ICE servers for one peer as they are sent; nothing where there are none to have, or the host's function failed. */
export function iceServersFor(
  core: Core,
  connection: Connection,
  id: string,
  room: string,
): MaybePromise<IceServersPayload | undefined> {
  const given = core.settings.iceServers;
  if (typeof given !== "function") return given === undefined ? undefined : { iceServers: [...given] };
  return after(
    ask(core, "iceServers", () => given({ id, room, socket: connection.socket })),
    (answer) => {
      if (!answer.ok) return undefined;
      // Not every host is written in TypeScript.
      const made: unknown = answer.value;
      const { iceServers, ttl }: { iceServers?: unknown; ttl?: unknown } =
        typeof made === "object" && made !== null && "iceServers" in made ? made : { iceServers: made };
      const read = parse(core.serverEvents.iceServers, { iceServers, iceServersTtl: ttl });
      if (read.ok) return read.value;
      report(core, "iceServers", new TypeError(read.message));
      return undefined;
    },
  );
}

/** The part of their lifetime after which credentials are replaced. */
const renewAfter = 0.75;
/** The part of their lifetime after which a failed renewal is tried again. */
const retryAfter = 0.05;

/** Sends a member fresh ICE servers before those it has expire, for as long as it holds this connection. */
export function scheduleRenewal(core: Core, member: Member, ttl: number | undefined, part = renewAfter): void {
  clearTimeout(member.renewalTimer);
  const { connection } = member;
  if (ttl === undefined || connection === undefined) return;
  const delay = Math.min(Math.max(ttl * part * 1000, 1000), longestDelayMs);
  member.renewalTimer = setTimeout(() => {
    void after(iceServersFor(core, connection, member.id, member.room.name), (fresh) => {
      if (member.connection !== connection || member.room.members.get(member.id) !== member) return;
      if (fresh !== undefined) deliver(core, connection, "iceServers", fresh);
      if (fresh === undefined) scheduleRenewal(core, member, ttl, retryAfter);
      else scheduleRenewal(core, member, fresh.iceServersTtl);
    });
  }, delay);
  member.renewalTimer.unref();
}
