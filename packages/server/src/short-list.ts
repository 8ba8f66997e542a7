/** The empty list that all have in common who have nothing in it for most of their time. */
export const none: readonly never[] = [];

/** A list without an item, which is `none` if nothing is left. */
export function without<Item>(items: readonly Item[], item: Item | undefined): readonly Item[] {
  const left = items.filter((other) => other !== item);
  return left.length === 0 ? none : left;
}
