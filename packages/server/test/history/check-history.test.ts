import { describe, expect, it } from "vitest";
import { checkHistory } from "./check-history.js";
import { type ClientEvent, type History, type NodeEvent, type NodeHistory } from "./history.js";

const connected: ClientEvent = { type: "connected", connection: 1 };
const sent = { type: "sent", to: "bob", epoch: "e", seq: 1, tx: "1" } as const;
const arrived = { type: "arrived", from: "ada", epoch: "e", seq: 1, tx: "1" } as const;
const delivered = { type: "delivered", from: "ada", epoch: "e", seq: 1 } as const;
const relayed: NodeEvent = { type: "relayed", from: "ada", to: "bob" };

interface Parts {
  ada: ClientEvent[];
  bob: ClientEvent[];
  node: NodeEvent[];
  /** Other nodes than the one that has events. */
  others?: NodeHistory[];
  end: { -readonly [Key in keyof History["end"]]: History["end"][Key] };
}

/** Ada is there, Bob joins, Ada sends him two messages, and they have a connection. Then something else may happen. */
function history(change: (parts: Parts) => unknown = () => undefined, killed = false): History {
  const parts: Parts = {
    ada: [
      connected,
      { type: "created", peers: [] },
      { type: "joined", id: "bob" },
      { type: "connection", peer: "bob", number: 1, state: "made" },
      { type: "connection", peer: "bob", number: 1, state: "ice-connected" },
      sent,
      { ...sent, seq: 2, tx: "2" },
    ],
    bob: [
      connected,
      { type: "created", peers: [{ id: "ada", state: "online" }] },
      arrived,
      delivered,
      { ...arrived, seq: 2, tx: "2" },
      { ...delivered, seq: 2 },
    ],
    node: [{ type: "peerJoined", id: "ada" }, { type: "peerJoined", id: "bob" }, relayed, relayed],
    end: {
      rosters: {
        one: [
          { id: "ada", state: "online" },
          { id: "bob", state: "online" },
        ],
        two: [
          { id: "bob", state: "online" },
          { id: "ada", state: "online" },
        ],
      },
      online: ["ada", "bob"],
      connections: {
        ada: [{ peer: "bob", signalingState: "stable", channelState: "open" }],
        bob: [{ peer: "ada", signalingState: "stable", channelState: "open" }],
      },
      resources: [{ what: "timers", before: 3, after: 3 }],
    },
  };
  change(parts);
  const { ada, bob, node, end } = parts;
  return {
    clients: [
      { id: "ada", events: ada },
      { id: "bob", events: bob },
    ],
    nodes: [{ name: "one", killed, events: node }, ...(parts.others ?? [])],
    end,
  };
}

describe("a history", () => {
  it("that keeps all invariants has no violations", () => expect(checkHistory(history())).toEqual([]));

  it("may have outages, resends, and messages that their sender knows to be lost", () => {
    const happened = history(({ ada, bob, node }) => {
      bob.push({ type: "disconnected" }, { type: "connected", connection: 2 });
      bob.push(
        { type: "created", peers: [{ id: "ada", state: "away" }] },
        { type: "presence", id: "ada", state: "online" },
      );
      ada.push({ type: "presence", id: "bob", state: "away" }, { type: "presence", id: "bob", state: "online" });
      ada.push({ ...sent, seq: 3, tx: "3" }, { ...sent, seq: 3, tx: "4" });
      bob.push({ ...arrived, seq: 3, tx: "4" }, { ...delivered, seq: 3 });
      ada.push({ ...sent, seq: 4, tx: "5" }, { type: "abandoned", to: "bob", epoch: "e", seq: 4 });
      node.push({ type: "peerAway", id: "bob" }, { type: "peerBack", id: "bob" }, relayed);
    });
    expect(checkHistory(happened)).toEqual([]);
  });

  const broken: [invariant: string, what: string, change: (parts: Parts) => unknown][] = [
    ["I1", "two nodes list different members", ({ end }) => (end.rosters = { ...end.rosters, two: [] })],
    [
      "I1",
      "somebody is listed as online without a connection",
      ({ end }) => Object.assign(end, { online: ["ada"], connections: {} }),
    ],
    ["I1", "a client has missed an exit", ({ ada }) => ada.push({ type: "joined", id: "ghost" })],
    ["I1", "a client has missed a join", ({ ada }) => ada.splice(2, 1)],
    ["I1", "somebody joins twice", ({ ada }) => ada.push({ type: "joined", id: "bob" })],
    ["I1", "somebody leaves who is not there", ({ ada }) => ada.push({ type: "exit", id: "eve" })],
    ["I1", "an event comes before created", ({ bob }) => bob.splice(1, 0, { type: "joined", id: "ada" })],
    ["I1", "a message comes before created", ({ bob }) => bob.splice(1, 2, arrived, bob[1]!)],
    ["I1", "a return is missed", ({ ada }) => ada.push({ type: "presence", id: "bob", state: "away" })],
    ["I1", "a membership begins twice", ({ node }) => node.push({ type: "peerJoined", id: "bob" })],
    ["I1", "a membership ends twice", ({ node }) => node.push({ type: "peerLeft", id: "bob", reason: "lost" })],
    ["I2", "a message is delivered twice", ({ bob }) => bob.push({ ...delivered, seq: 2 })],
    ["I2", "two messages are delivered in the wrong order", ({ bob }) => bob.push(...bob.splice(3, 1))],
    ["I2", "a message is lost", ({ ada }) => ada.push({ ...sent, seq: 3, tx: "3" })],
    ["I2", "a message is skipped", ({ bob }) => bob.splice(3, 1)],
    [
      "I2",
      "the server repeats a transmission",
      ({ bob, node }) => [bob.push({ ...arrived, seq: 2, tx: "2" }), node.push(relayed)],
    ],
    ["I2", "the server reorders transmissions", ({ bob }) => bob.push(...bob.splice(2, 1))],
    ["I2", "a transmission arrives that nobody sent", ({ ada, bob }) => [ada.pop(), bob.pop()]],
    ["I2", "a transmission arrives changed", ({ bob }) => (bob[2] = { ...arrived, epoch: "other" })],
    [
      "I2",
      "something arrives of a peer that has left",
      ({ ada, bob, node }) => {
        ada.push({ type: "left" }, { type: "created", peers: [{ id: "bob", state: "online" }] });
        bob.splice(4, 0, { type: "exit", id: "ada" });
        bob.push({ type: "joined", id: "ada" });
        node.push({ type: "peerLeft", id: "ada", reason: "left" }, { type: "peerJoined", id: "ada" });
      },
    ],
    ["I2", "more arrives than was relayed", ({ node }) => node.pop()],
    [
      "I3",
      "a connection in use is closed",
      ({ ada }) => ada.push({ type: "connection", peer: "bob", number: 1, state: "closed" }),
    ],
    ["I4", "a pair has two connections", ({ end }) => (end.connections = { ada: twice(end.connections!.ada![0]!) })],
    ["I4", "a pair has none", ({ end }) => (end.connections = { ada: [] })],
    [
      "I4",
      "a connection waits for an answer",
      ({ end }) => (end.connections = { ada: [{ ...end.connections!.ada![0]!, signalingState: "have-local-offer" }] }),
    ],
    [
      "I4",
      "a data channel is closed",
      ({ end }) => (end.connections = { ada: [{ ...end.connections!.ada![0]!, channelState: "closed" }] }),
    ],
    [
      "I4",
      "a connection outlives its peer",
      ({ end }) =>
        (end.connections = { ada: [...end.connections!.ada!, { ...end.connections!.ada![0]!, peer: "ghost" }] }),
    ],
    ["I5", "a client reports an error", ({ ada }) => ada.push({ type: "error", message: "no" })],
    ["I5", "a node reports an error", ({ node }) => node.push({ type: "error", message: "no" })],
    ["I6", "a timer is left", ({ end }) => (end.resources = [{ what: "timers", before: 3, after: 4 }])],
  ];

  it.each(broken)("violates %s where %s", (invariant, _, change) => {
    const invariants = checkHistory(history(change)).map((violation) => violation.invariant);
    expect(new Set(invariants)).toEqual(new Set([invariant]));
  });

  it("may close a connection whose path is down, and those of a peer or a client that has left", () => {
    const closed: ClientEvent = { type: "connection", peer: "bob", number: 1, state: "closed" };
    const down: ClientEvent = { type: "connection", peer: "bob", number: 1, state: "ice-disconnected" };
    for (const before of [down, { type: "exit", id: "bob" }, { type: "left" }] as const) {
      const violations = checkHistory(history(({ ada }) => ada.push(before, closed)));
      expect(violations.filter(({ invariant }) => invariant === "I3")).toEqual([]);
    }
  });

  describe("after a partition", () => {
    const lost: NodeEvent = { type: "peerLeft", id: "ada", reason: "lost" };
    const adopted: NodeEvent = { type: "peerAway", id: "ada" };
    const other = (...events: NodeEvent[]): NodeHistory => ({ name: "two", killed: false, partitioned: true, events });
    const left = { type: "exit", id: "ada", reason: "lost" } as const;

    it("may have a membership that two nodes have ended, if both had it", () => {
      const twice = history((parts) => (parts.others = [other(adopted, lost)]));
      expect(checkHistory(twice)).toEqual([]);
      const foreign = history((parts) => (parts.others = [other(lost)]));
      expect(checkHistory(foreign)).toMatchObject([
        { invariant: "I1", what: expect.stringMatching(/did not hold/) as string },
      ]);
    });

    it("may not have a membership that no node has ended, unless the store has lost data", () => {
      const change = (parts: Parts): void => {
        parts.others = [other({ type: "peerJoined", id: "ada" })];
      };
      expect(checkHistory(history(change))).toMatchObject([
        { invariant: "I1", what: expect.stringMatching(/joins of ada less its exits: 2/) as string },
      ]);
      const dataLost = history((parts) => {
        change(parts);
        Object.assign(parts.end, { dataLost: true });
      });
      expect(checkHistory(dataLost)).toEqual([]);
    });

    it("has neither of a member that was only ever on one node", () => {
      const apart = history(({ node, end }) => {
        node.push({ type: "peerJoined", id: "eve" });
        Object.assign(end, { dataLost: true });
      });
      expect(checkHistory(apart)).toMatchObject([
        { invariant: "I1", what: expect.stringMatching(/joins of eve/) as string },
      ]);
    });

    it("may have a message of a peer that was taken for lost, if its return is announced", () => {
      const undone = history((parts) => {
        parts.others = [other(adopted)];
        parts.bob.splice(4, 0, left);
        parts.bob.push({ type: "joined", id: "ada" });
      });
      expect(checkHistory(undone)).toEqual([]);
      const frozen = history((parts) => {
        parts.others = [{ ...other(adopted), partitioned: false, wasFrozen: true }];
        parts.bob.splice(4, 0, left);
        parts.bob.push({ type: "joined", id: "ada" });
      });
      expect(checkHistory(frozen)).toEqual([]);
      const changes: ((parts: Parts) => unknown)[] = [
        (parts) => (parts.others = [{ ...other(adopted), partitioned: false }]),
        (parts) => (parts.others = []),
        ({ bob }) => bob.pop(),
      ];
      for (const change of changes) {
        const bad = history((parts) => {
          parts.others = [other(adopted)];
          parts.bob.splice(4, 0, { ...left, reason: "left" });
          parts.bob.push({ type: "joined", id: "ada" });
          change(parts);
        });
        const late = { invariant: "I2", what: "bob received 2 after its sender had left" };
        expect(checkHistory(bad)).toContainEqual(late);
      }
    });
  });

  describe("with a legacy client", () => {
    const legacy = (...ids: string[]): ((parts: Parts) => unknown) => {
      return ({ end }) => Object.assign(end, { legacy: ids });
    };
    const changed = (...changes: ((parts: Parts) => unknown)[]): unknown =>
      checkHistory(history((parts) => changes.forEach((change) => change(parts))));
    const disconnected = ({ end }: Parts): unknown => Object.assign(end.connections!, { ada: [], bob: [] });
    const violates = (invariant: string, what: RegExp): unknown =>
      expect.arrayContaining([{ invariant, what: expect.stringMatching(what) as string }]);

    it("need not have a data channel with it, but a connection", () => {
      const noChannel = ({ end }: Parts): unknown =>
        Object.assign(end.connections!.ada![0]!, { channelState: "missing", signalingState: "have-local-offer" });
      expect(changed(legacy("bob"), noChannel)).toEqual([]);
      expect(changed(legacy("bob"), disconnected)).toEqual(violates("I4", /client ada: 0 connections with bob/));
      expect(changed(legacy("ada", "bob"), disconnected)).toEqual(violates("I4", /0 connections/));
    });

    it("may miss a connection between two of them after a partition, since they resend nothing", () => {
      const apart = ({ end }: Parts): unknown => Object.assign(end, { dataLost: true });
      expect(changed(legacy("ada", "bob"), disconnected, apart)).toEqual([]);
      expect(changed(legacy("bob"), disconnected, apart)).toEqual(violates("I4", /0 connections/));
    });

    it("may end its connection though the path is up", () => {
      const closed: ClientEvent = { type: "connection", peer: "bob", number: 1, state: "closed" };
      expect(changed(legacy("bob"), ({ ada }) => ada.push(closed))).toEqual([]);
    });

    it("violates I1 where a node waits for its return", () => {
      const away = ({ node }: Parts): unknown => node.push({ type: "peerAway", id: "bob" });
      expect(changed(legacy("bob"), away)).toEqual(violates("I1", /waits for bob, which is a legacy client/));
    });

    it("may have a membership of it that the adopter of its node has ended", () => {
      const ended = (partitioned: boolean) => (parts: Parts) => {
        parts.others = [
          { name: "two", killed: false, events: [{ type: "peerLeft", id: "eve", reason: "lost" }] },
          { name: "three", killed: false, partitioned, events: [{ type: "peerJoined", id: "eve" }] },
        ];
      };
      expect(changed(legacy("eve"), ended(true))).toEqual([]);
      expect(changed(legacy("eve"), ended(false))).toEqual(violates("I1", /did not hold/));
      expect(changed(ended(true))).toEqual(violates("I1", /did not hold/));
    });
  });

  it("of a node that was killed need not have what it did last", () => {
    expect(checkHistory(history(({ node }) => node.splice(1), true))).toEqual([]);
  });
});

const twice = <Value>(value: Value): Value[] => [value, value];
