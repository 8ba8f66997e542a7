import { attachSignaling, MemoryRoster } from "@sig/server";
import { Server, type Namespace, type ServerOptions } from "socket.io";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { SharedStore } from "./shared-store.js";

type AdapterClass = NonNullable<ServerOptions["adapter"]>;

const InMemory = new Server().of("/").adapter.constructor as new (namespace: Namespace) => { readonly nsp: Namespace };

/** As every adapter for several nodes does, it reaches other servers. */
class AdapterOfNodes extends InMemory {
  serverSideEmit(): Namespace {
    return this.nsp;
  }
}

/** An adapter of an application that reaches no other server. */
class CountingAdapter extends InMemory {
  readonly added = 0;
}

function start(Adapter?: typeof InMemory, options: Partial<ServerOptions> = {}): Server {
  return new Server({ ...options, ...(Adapter !== undefined && { adapter: Adapter as unknown as AdapterClass }) });
}

describe("an adapter for several nodes, without a roster that they share", () => {
  it("is an error when signaling is attached, to a namespace or to a parent", () => {
    const io = start(AdapterOfNodes);
    expect(() => attachSignaling(io)).toThrow("roster: redisRoster(client)");
    expect(() => attachSignaling(io.of(/^\/tenant/))).toThrow("roster: new MemoryRoster()");
  });

  it("is accepted if a roster is given, whichever it is", () => {
    const io = start(AdapterOfNodes);
    attachSignaling(io, { roster: new MemoryRoster() });
    attachSignaling(io.of(/^\/tenant/), { roster: () => new MemoryRoster() });
  });

  it("is a warning at the first connection, once, if it was set later", () => {
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    onTestFinished(() => warned.mockRestore());
    let connect: (socket: unknown) => void = () => undefined;
    const namespace = {
      sockets: new Map(),
      adapter: undefined as unknown,
      on: (_: string, listener: typeof connect) => void (connect = listener),
      off: () => undefined,
    };
    attachSignaling(namespace as never);
    namespace.adapter = start(AdapterOfNodes).of("/").adapter;
    for (const id of ["a", "b"]) connect({ id, connected: true, on: () => undefined, off: () => undefined });
    expect(warned.mock.calls).toEqual([[expect.stringContaining("several nodes"), "SignalingWarning"]]);
  });
});

describe("a shared roster without `send`, and no adapter that connects servers", () => {
  const { send: _, ...roster } = new SharedStore().node("one");

  it.each([
    ["a server whose adapter stays in memory", () => start()],
    ["a namespace that is not Socket.IO's", () => ({ sockets: new Map(), on: () => undefined, off: () => undefined })],
  ])("is an error when signaling is attached to %s", (__, make) => {
    const io = make();
    expect(() => attachSignaling(io, { roster })).toThrow("Call io.adapter(…) before attachSignaling");
    // Nothing is left behind: with a roster that fits, it can be attached.
    const signaling = attachSignaling(io, { roster: new MemoryRoster() });
    onTestFinished(() => signaling.close());
  });

  it("is a warning at the first child of a parent, once", () => {
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    onTestFinished(() => warned.mockRestore());
    const signaling = attachSignaling(start().of(/^\/tenant/), { roster: () => roster });
    onTestFinished(() => signaling.close());
    expect(warned).not.toHaveBeenCalled();
    for (const name of ["/tenant-1", "/tenant-2"]) signaling.of(name);
    expect(warned.mock.calls).toEqual([[expect.stringContaining("io.adapter(…)"), "SignalingWarning"]]);
  });
});

it.each([
  ["Socket.IO's own", start()],
  ["that of connection state recovery", start(undefined, { connectionStateRecovery: {} })],
  ["one of the application that stays in memory", start(CountingAdapter)],
])("an adapter of one node needs no roster: %s", (_, io) => {
  expect(() => attachSignaling(io)).not.toThrow();
  expect(() => attachSignaling(io.of(/^\/tenant/))).not.toThrow();
});
