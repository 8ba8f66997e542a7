import { parse, type ServerPayload } from "@sig/protocol";
import { callApplication } from "./application-call.js";
import { report, type Core } from "./core.js";
import { after, type MaybePromise } from "./maybe-promise.js";
import { type Connection, type Membership } from "./membership.js";
import { readIceServerShapes } from "./ice-server-shapes.js";
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
      const read = parse(core.serverEvents.iceServers, readIceServerShapes(answer.value));
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
/** Milliseconds before the application is asked again that gave none to a newcomer; doubled each time. */
const firstRetryMs = 1_000;
const maxRetryMs = 60_000;

/**
 * Sees to it that a member has ICE servers that are valid, for as long as it holds this connection: sends fresh ones
 * before those it has expire, and asks again where the application failed to make any.
 *
 * @param ice those that it has; absent if there are none
 */
export function keepIceServersFresh(core: Core, membership: Membership, ice: IceServersPayload | undefined): void {
  if (ice !== undefined) scheduleRenewal(core, membership, ice.iceServersTtl);
  else if (typeof core.settings.iceServers === "function") scheduleRetry(core, membership, firstRetryMs);
  else cancelRenewal(membership);
}

function scheduleRenewal(core: Core, membership: Membership, ttl: number | undefined, part = renewAfter): void {
  cancelRenewal(membership);
  if (ttl === undefined) return;
  const delayMs = Math.min(Math.max(ttl * part * 1000, 1000), longestDelayMs);
  askAfter(core, membership, delayMs, () => scheduleRenewal(core, membership, ttl, retryAfter));
}

function scheduleRetry(core: Core, membership: Membership, delayMs: number): void {
  cancelRenewal(membership);
  const next = (): void => scheduleRetry(core, membership, Math.min(delayMs * 2, maxRetryMs));
  askAfter(core, membership, delayMs, next);
}

function askAfter(core: Core, membership: Membership, delayMs: number, onFailure: () => void): void {
  const { connection, room, id } = membership;
  if (connection === undefined) return;
  membership.cancelRenewal = core.settings.clock.after(delayMs, () => {
    void after(iceServersFor(core, connection, id, room.name), (fresh) => {
      if (membership.connection !== connection || room.held.get(id) !== membership) return;
      if (fresh === undefined) {
        onFailure();
        return;
      }
      core.router.reply(connection.socket, "iceServers", fresh);
      keepIceServersFresh(core, membership, fresh);
    });
  });
}

function cancelRenewal(membership: Membership): void {
  membership.cancelRenewal?.();
  membership.cancelRenewal = undefined;
}
