/** Removes the oldest of what a set or a map holds, by insertion, until no more than `max` are left. */
export function dropOldest(held: Set<string> | Map<string, unknown>, max: number): void {
  for (const oldest of held.keys()) {
    if (held.size <= max) break;
    held.delete(oldest);
  }
}
