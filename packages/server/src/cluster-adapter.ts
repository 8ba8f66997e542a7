import { type SignalingOptions } from "./options.js";
import { type Namespace } from "./socket-io.js";

/**
 * Refuses to serve a namespace whose adapter connects several nodes with a roster of one node: peers of different nodes
 * would never meet, and nothing else would say so.
 *
 * @returns a function for each socket that connects: an adapter may be set later
 * @throws Error if there is such an adapter already
 */
export function requireSharedRoster(
  namespace: Partial<Namespace>,
  { roster }: Pick<SignalingOptions, "roster">,
): (namespace: Partial<Namespace>) => void {
  if (roster !== undefined) return () => undefined;
  // A parent namespace has no adapter to speak of: that of the main one tells which its children will have.
  if (connectsNodes(namespace.adapter) || connectsNodes(namespace.server?.of("/").adapter)) throw new Error(problem);
  let isChecked = false;
  return ({ adapter }) => {
    if (isChecked) return;
    isChecked = true;
    // A throw would end the process of the application.
    if (connectsNodes(adapter)) process.emitWarning(problem, "SignalingWarning");
  };
}

const problem =
  "This namespace has an adapter for several nodes, and signaling has no roster that they share: peers of different " +
  "nodes would not find each other. Give roster: redisRoster(client) of @sig/server/redis; or, if there is one node, " +
  "roster: new MemoryRoster().";

/**
 * Whether the adapter of a namespace can carry messages between nodes, for a shared roster that has no `send`.
 *
 * @returns the fault, and what to do; absent if it can
 */
export function missingAdapter({ adapter }: Partial<Namespace>): string | undefined {
  if (connectsNodes(adapter)) return undefined;
  return (
    "The roster has no `send`, so that messages between nodes travel through the adapter of Socket.IO, and this " +
    "namespace has none that connects servers. Call io.adapter(…) before attachSignaling, or give the roster a `send`."
  );
}

/** Socket.IO's adapter in memory cannot reach other servers: each one that can has a method of its own for it. */
function connectsNodes(adapter: unknown): boolean {
  let methods = 0;
  for (let object = adapter; typeof object === "object" && object !== null; object = Object.getPrototypeOf(object))
    if (Object.hasOwn(object, "serverSideEmit")) methods += 1;
  return methods > 1;
}
