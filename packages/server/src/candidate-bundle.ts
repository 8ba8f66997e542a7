import { type RosterEntry } from "./roster/roster.js";

const feature = "bundles";

/** Whether a member takes several candidates in one message. */
export function readsBundles({ keyed, features }: RosterEntry): boolean {
  return keyed && features?.includes(feature) === true;
}

/** How many messages a payload counts for: a bundle for one each of its candidates. */
export function countMessages(payload: object): number {
  return 1 + ((payload as { readonly more?: readonly unknown[] }).more?.length ?? 0);
}
