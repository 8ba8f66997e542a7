/** On the object itself and the same for every copy of this package: both may be loaded, as ESM and as CommonJS. */
const mark = Symbol.for("@sig/server/attached");

/** There is at most one service on a namespace. */
export const serviceName = "signaling";

type Marked = Partial<Record<typeof mark, Set<string>>>;

/** The names under which services are attached to a namespace or to an HTTP server, those of other copies included. */
export function attachedTo(target: object): Set<string> {
  const present = (target as Marked)[mark];
  if (present !== undefined) return present;
  const names = new Set<string>();
  Object.defineProperty(target, mark, { value: names, configurable: true });
  return names;
}
