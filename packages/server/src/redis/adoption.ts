import { type RosterEntry } from "../roster/roster.js";
import { readRecord, type StoredEntry } from "./records.js";
import { type Replacement } from "./room-store.js";

/** What becomes of one member of a dead node. */
export type Adoption = Replacement & { readonly stored: StoredEntry };

/**
 * Members with a key are away now and belong to the adopter, as the same session: their node gets them back should it
 * be alive. Legacy clients cannot return, and are removed.
 */
export function adoptionsOf(
  records: Iterable<readonly [id: string, record: string]>,
  dead: string,
  adopter: string,
): readonly Adoption[] {
  const adoptions: Adoption[] = [];
  for (const [id, record] of records) {
    const stored = readRecord(id, record);
    if (stored?.owner !== dead) continue;
    const { entry, place, claim } = stored;
    const away: RosterEntry = { ...entry, state: "away", node: adopter };
    const next = entry.keyed ? { entry: away, owner: adopter, place } : undefined;
    adoptions.push({ id, record, next, claim, stored });
  }
  return adoptions;
}
