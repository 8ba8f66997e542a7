/**
 * What the relay is about to emit, for the parser of `@sig/server/parser`, which may have the text of it already. The
 * relay knows no more of the parser than this. A wrong note costs time and nothing else: the parser compares.
 */
export interface Forwarding {
  /** Whether a server of this process has the parser. Without one, the relay pays for a look at this flag. */
  on: boolean;
  /** The payload as it arrived. */
  received: unknown;
  /** The payload that is emitted for it. */
  sent: unknown;
  /** A payload that is emitted to many sockets, and that nobody can change between them. */
  shared: unknown;
}

const name = Symbol.for("@sig/server/forwarding/2");
const known = globalThis as { [name]?: Forwarding };

/** One for the process: an application may load the service as CommonJS, and the parser as a module. */
export const forwarding: Forwarding = (known[name] ??= {
  on: false,
  received: undefined,
  sent: undefined,
  shared: undefined,
});
