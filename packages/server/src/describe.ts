import { type PeerInfo } from "./application-events.js";
import { type RosterEntry } from "./roster/roster.js";

/** A member as the application sees it. */
export function describe(entry: RosterEntry): PeerInfo {
  const { id, keyed, state } = entry;
  return { id, keyed, state, ...aboutItself(entry) };
}

/** The fields that a peer sends about itself, without those that it left out. */
export function aboutItself({
  metadata,
  capabilities,
}: Pick<RosterEntry, "metadata" | "capabilities">): Pick<PeerInfo, "metadata" | "capabilities"> {
  return { ...(metadata !== undefined && { metadata }), ...(capabilities !== undefined && { capabilities }) };
}
