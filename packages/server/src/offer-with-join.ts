import { type ClientPayload } from "@sig/protocol";
import { type Context } from "./core.js";
import { type Entrance } from "./enter-room.js";
import { type RosterEntry } from "./roster/roster.js";

const feature = "offer-with-join";

/**
 * Chooses who is sent the offer that came with a join: one member that is online, knows the feature and takes any
 * offer. Everybody else waits for an offer of its own.
 * @returns undefined if there is no offer, nobody to whom it could be sent, or no budget for it
 */
export function chooseOffered(
  { core, connection }: Context,
  { entry, kind }: Entrance,
  { offer }: ClientPayload<"createAndJoinRoom">,
  members: readonly RosterEntry[],
): RosterEntry | undefined {
  if (offer === undefined || kind !== "new" || !knowsFeature(entry)) return undefined;
  const chosen = members.find(
    (member) => member.id !== entry.id && member.state === "online" && knowsFeature(member) && takesAnyOffer(member),
  );
  const isAllowed = chosen !== undefined && connection.limiter?.take(core.settings.clock.now()) !== false;
  return isAllowed ? chosen : undefined;
}

/** Sends it as any other offer. The receiver has been notified of the newcomer before. */
export function sendOffered(
  { core }: Context,
  { entry, membership }: Entrance,
  { offer }: ClientPayload<"createAndJoinRoom">,
  target: RosterEntry | undefined,
): void {
  if (offer === undefined || target === undefined) return;
  const address = { from: entry.id, to: target.id, room: membership.room.name };
  core.router.deliver(target, "offer", { ...address, ...offer });
  core.counters.relayed.offer += 1;
  if (core.events.has("relayed")) core.events.emit("relayed", { ...address, event: "offer" });
}

/** A stack that lacks an ability may need an offer of another form. */
function takesAnyOffer({ capabilities = {} }: RosterEntry): boolean {
  return !Object.values(capabilities).includes(false);
}

function knowsFeature({ keyed, features }: RosterEntry): boolean {
  return keyed && features?.includes(feature) === true;
}
