import { describe, expect, it } from "vitest";
import { LocalRouter } from "./local-router.js";

const socketOf = (id: string, log: unknown[][]) => ({
  id,
  connected: true,
  on: () => undefined,
  off: () => undefined,
  emit: (...args: unknown[]) => log.push([id, ...args]),
  disconnect: () => undefined,
});

function routerOf(...ids: string[]) {
  const log: unknown[][] = [];
  const faults: unknown[] = [];
  const clock = { now: () => 0, after: () => () => undefined };
  const connections = new Map(ids.map((id) => [id, { socket: socketOf(id, log) }]));
  return { router: new LocalRouter(connections, clock, (cause) => faults.push(cause)), connections, log, faults };
}

const exit = (room: string) => ({ from: "peer", room });

describe("LocalRouter", () => {
  it("delivers at once to the socket of the session, and drops what is for a socket that has gone", () => {
    const { router, connections, log, faults } = routerOf("a", "b");
    router.deliver({ session: "b" }, "exit", exit("r"));
    connections.delete("b");
    router.deliver({ session: "b" }, "exit", exit("s"));
    expect([log, faults]).toEqual([[["b", "exit", exit("r")]], []]);
  });

  it("reports what a socket throws, and does not throw", () => {
    const { router, connections, faults } = routerOf("a");
    const fault = new Error("a listener for outgoing packets");
    connections.get("a")!.socket.emit = () => {
      throw fault;
    };
    router.deliver({ session: "a" }, "exit", exit("r"));
    expect(faults).toEqual([fault]);
  });

  it("keeps deliveries to a held socket back until the last holder releases it, behind replies and in order", () => {
    const { router, connections, log } = routerOf("a", "b");
    const releases = [router.hold("a", "1"), router.hold("a", "2")];
    for (const room of ["1", "2"]) router.deliver({ session: "a" }, "exit", exit(room));
    router.deliver({ session: "b" }, "exit", exit("b"));
    router.reply(connections.get("a")!.socket, "created", { id: "a", room: "1", peers: [] });
    releases[0]?.(true);
    expect(log.map(([id, event]) => [id, event])).toEqual([
      ["b", "exit"],
      ["a", "created"],
    ]);
    releases[1]?.(true);
    router.deliver({ session: "a" }, "exit", exit("3"));
    expect(log.slice(2).map(([, , payload]) => payload)).toEqual([exit("1"), exit("2"), exit("3")]);
  });

  it("drops what it has kept back of a room that the socket has not become a member of", () => {
    const { router, log } = routerOf("a");
    const releases = [router.hold("a", "1"), router.hold("a", "2"), router.hold("a", "2")];
    for (const room of ["1", "2", "3"]) router.deliver({ session: "a" }, "exit", exit(room));
    router.deliver({ session: "a" }, "iceServers", { iceServers: [], iceServersTtl: 1 });
    for (const [at, isMember] of [false, false, true].entries()) releases[at]?.(isMember);
    expect(log.map(([, , payload]) => payload)).toEqual([exit("2"), exit("3"), { iceServers: [], iceServersTtl: 1 }]);
  });
});
