import { parse, type ServerPayload } from "@sig/protocol";
import { callApplication } from "./application-call.js";
import { report, type Core } from "./core.js";
import { after, type MaybePromise } from "./maybe-promise.js";
import { type Connection, type Membership } from "./membership.js";
import { longestDelayMs } from "./option-checks.js";

export type IceServersPayload = ServerPayload<"iceServers">;

/** ICE servers for one peer as they are sent; nothing if none are configured or the application's function failed. */
export function iceServersFor(
  core: Core,
  connection: Connection,
  id: string,
  room: string,
): MaybePromise<IceServersPayload | undefined> {
  const given = core.settings.iceServers;
  if (typeof given !== "function") return given === undefined ? undefined : { iceServers: [...given] };
  return after(
    callApplication(core, "iceServers", () => given({ id, room, socket: connection.socket })),
    (answer) => {
      if (!answer.ok) return undefined;
      // Unknown, since not every application is written in TypeScript.
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
/** The part of their lifetime after which a failed renewal is retried. */
const retryAfter = 0.05;

/** Sends a member fresh ICE servers before those it has expire, for as long as it holds this connection. */
export function scheduleRenewal(core: Core, membership: Membership, ttl: number | undefined, part = renewAfter): void {
  membership.cancelRenewal?.();
  membership.cancelRenewal = undefined;
  const { connection, room, id } = membership;
  if (ttl === undefined || connection === undefined) return;
  const delayMs = Math.min(Math.max(ttl * part * 1000, 1000), longestDelayMs);
  membership.cancelRenewal = core.settings.clock.after(delayMs, () => {
    void after(iceServersFor(core, connection, id, room.name), (fresh) => {
      if (membership.connection !== connection || room.held.get(id) !== membership) return;
      if (fresh !== undefined) core.router.reply(connection.socket, "iceServers", fresh);
      if (fresh === undefined) scheduleRenewal(core, membership, ttl, retryAfter);
      else scheduleRenewal(core, membership, fresh.iceServersTtl);
    });
  });
}
