import { type Core } from "./core.js";
import { readsFormat } from "./nodes/node-name.js";
import { type RosterEntry } from "./roster/roster.js";

const feature = "bundles";

/** Whether a member takes several candidates in one message. A node of an earlier version would deliver the first. */
export function readsBundles(core: Pick<Core, "node">, { keyed, features, node }: RosterEntry): boolean {
  if (!keyed || features?.includes(feature) !== true) return false;
  return node === undefined || node === core.node || readsFormat(node, feature);
}

/** How many messages a payload counts for: a bundle for one each of its candidates. */
export function countMessages(payload: object): number {
  return 1 + ((payload as { readonly more?: readonly unknown[] }).more?.length ?? 0);
}
