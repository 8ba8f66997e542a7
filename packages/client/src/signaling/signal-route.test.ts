import { describe, expect, it } from "vitest";
import { negotiationProfile } from "../negotiation/negotiation-profile.js";
import type { Signal } from "../negotiation/types.js";
import { FakeClock } from "../testing/fake-clock.js";
import { SignalRoute } from "./signal-route.js";

const all = { trickle: true, rollback: true, renegotiate: true, restart: true };
const offer = (sdp: string): Signal => ({ event: "offer", payload: { sdp } });
const answer = (sdp: string): Signal => ({ event: "answer", payload: { sdp } });
const acknowledgement: Signal = { event: "candidate", payload: { candidate: { sdp: "", sdpMid: "" } } };
const link = (seq: number, ack: number): { epoch: string; seq: number; ack: number } => ({ epoch: "1.e", seq, ack });

interface Sent {
  sdp?: string;
  link?: { seq: number };
  more?: Sent[];
}

/** A route to a peer that is online, and what passes: what is sent, where, and what the listener is notified of. */
function start({ keyed = true, bundles = false } = {}): {
  route: SignalRoute;
  clock: FakeClock;
  listener: { directOpen: boolean };
  passed: string[];
  notes: unknown[];
} {
  const clock = new FakeClock();
  const passed: string[] = [];
  const notes: unknown[] = [];
  const sent = (by: string, event: string, payload: object): void => {
    const { sdp = "-", link, more = [] } = payload as Sent;
    const numbers = [link, ...more.map((part) => part.link)].map((each) => String(each?.seq ?? "unnumbered"));
    passed.push(`${event} ${sdp} ${numbers.join(" ")} by ${by}`);
  };
  const listener = {
    directOpen: false,
    sendDirectly: (event: string, payload: object) => sent("data channel", event, payload),
    deliver: ({ event }: Signal) => void passed.push(`received ${event}`),
    remoteRestarted: () => undefined,
    superseded: () => undefined,
    routeChanged: (restored: boolean) => void passed.push(restored ? "restored" : "changed"),
  };
  const room = {
    settings: { clock },
    bundles,
    relay: (event: string, payload: object) => sent("server", event, payload),
    note: (...note: unknown[]) => void notes.push(note),
  };
  const profile = negotiationProfile("b", all, { id: "a", keyed, capabilities: undefined });
  return { route: new SignalRoute({ id: "a", profile }, true, room, listener), clock, listener, passed, notes };
}

/** The same, after the peer has shown that it numbers its messages, and everything is acknowledged. */
function startNumbered(bundles = false): ReturnType<typeof start> {
  const started = start({ bundles });
  started.route.receive(offer("theirs"), link(1, 0));
  started.route.send(answer("ours"));
  started.route.receive(acknowledgement, link(0, 1));
  started.passed.length = 0;
  started.notes.length = 0;
  return started;
}

describe("a route to a peer that numbers its messages", () => {
  it("keeps what is sent in an outage, runs no timer meanwhile, and sends it afterwards", async () => {
    const { route, clock, passed } = startNumbered();
    route.setOnline(false);
    expect(route).toMatchObject({ open: false, isOnline: false, reliable: true });
    route.send(offer("1"));
    route.receive(offer("late"), link(2, 1));
    expect(clock.pending).toBe(0);
    await clock.advance(60_000);
    expect(passed).toEqual(["changed", "received offer"]);
    route.setOnline(true);
    route.receive(acknowledgement, link(0, 1));
    expect(passed.slice(2)).toEqual(["candidate - 0 by server", "restored", "offer 1 2 by server"]);
  });

  it("changes to the data channel without an outage, and resends over both", async () => {
    const { route, clock, listener, passed } = startNumbered();
    listener.directOpen = true;
    route.setOnline(false);
    expect(route).toMatchObject({ open: true, isOnline: false });
    route.send(offer("1"));
    route.setOnline(true);
    await clock.advance(1000);
    expect(passed).toEqual([
      "candidate - 0 by data channel",
      "changed",
      "offer 1 2 by data channel",
      ...["candidate - 0 by server", "candidate - 0 by data channel"],
      "changed",
      ...["offer 1 2 by server", "offer 1 2 by data channel"],
    ]);
  });

  it("acknowledges what it received before an outage once the outage is over, and not again", async () => {
    const { route, clock, passed } = startNumbered();
    route.receive(offer("again"), link(2, 1));
    route.setOnline(false);
    route.setOnline(true);
    await clock.advance(1000);
    expect(passed).toEqual(["received offer", "changed", "candidate - 0 by server", "restored"]);
  });
});

describe("a route", () => {
  it("is recorded in the timeline with each message, and only where it changes", () => {
    const { route, listener, notes } = startNumbered();
    route.send(offer("1"));
    route.setOnline(true);
    route.setOnline(false);
    listener.directOpen = true;
    route.update();
    route.update();
    expect(notes).toEqual([
      ["sent offer", "a", { again: false, route: "server" }],
      ["acknowledged", "a", { again: true, route: "server" }],
      ["route", "a", { route: "none" }],
      ["route", "a", { route: "direct" }],
      ["acknowledged", "a", { again: true, route: "direct" }],
    ]);
  });

  it("does not change where nothing has opened or closed, and nothing is lost", () => {
    const { route, passed } = startNumbered();
    route.update();
    expect(passed).toEqual([]);
    route.update(true);
    expect(passed).toEqual(["candidate - 0 by server", "changed"]);
  });

  it("leads through the server alone while the server reaches the peer", () => {
    const { route, listener, passed } = startNumbered();
    listener.directOpen = true;
    route.send(offer("1"));
    expect(passed).toEqual(["offer 1 2 by server"]);
  });

  it("does not lead over the data channel to a peer that does not number its messages", () => {
    const { route, listener } = start({ keyed: false });
    listener.directOpen = true;
    route.setOnline(false);
    expect(route.open).toBe(false);
  });

  it("shows its sequence: whether the peer numbers, what it has yet to acknowledge, and its epochs", () => {
    const { route, passed } = start();
    expect([route.linked, route.unacknowledged]).toEqual([false, false]);
    route.receive(offer("theirs"), link(1, 0));
    expect([route.linked, route.unacknowledged]).toEqual([true, false]);
    route.send(answer("ours"));
    expect(route.unacknowledged).toBe(true);
    route.end();
    expect(route.unacknowledged).toBe(false);
    route.receive(offer("late"), link(2, 1));
    route.begin();
    route.receive(offer("later"), link(2, 1));
    expect(passed).toEqual(["received offer", "answer ours 1 by server", "candidate - 0 by server"]);
  });
});

describe("candidates", () => {
  const candidate = (line: string): Signal => ({
    event: "candidate",
    payload: { candidate: { sdp: line }, offerId: "o" },
  });
  const turn = (): Promise<void> => Promise.resolve();

  it("that are sent in one turn travel together, right after it", async () => {
    const { route, passed } = startNumbered(true);
    for (const each of [offer("1"), candidate("a"), candidate("b"), offer("2"), candidate("c")]) route.send(each);
    expect(passed).toEqual(["offer 1 2 by server", "offer 2 5 by server"]);
    await turn();
    expect(passed.slice(2)).toEqual(["candidate - 3 4 6 by server"]);
    route.send(candidate("d"));
    await turn();
    expect(passed.slice(3)).toEqual(["candidate - 7 by server"]);
  });

  it("travel one by one where the server reads no bundles, and over the data channel", async () => {
    const { route, passed } = startNumbered();
    for (const line of ["a", "b"]) route.send(candidate(line));
    expect(passed).toEqual(["candidate - 2 by server", "candidate - 3 by server"]);
    const direct = startNumbered(true);
    direct.listener.directOpen = true;
    direct.route.setOnline(false);
    direct.passed.length = 0;
    for (const line of ["a", "b"]) direct.route.send(candidate(line));
    await turn();
    expect(direct.passed).toEqual(["candidate - 2 by data channel", "candidate - 3 by data channel"]);
  });

  it("travel one by one to a peer that does not number its messages, at once", () => {
    const { route, passed } = start({ keyed: false, bundles: true });
    for (const line of ["a", "b"]) route.send(candidate(line));
    expect(passed).toEqual(["candidate - unnumbered by server", "candidate - unnumbered by server"]);
  });

  it("that waited for a route travel together, at most 32 in one message", async () => {
    const { route, passed } = startNumbered(true);
    route.setOnline(false);
    for (let count = 0; count < 33; count++) route.send(candidate(String(count)));
    route.setOnline(true);
    route.receive(acknowledgement, link(0, 1));
    await turn();
    const [, , ...bundles] = passed;
    expect(bundles.map((each) => each.split(" ").length - 4)).toEqual([32, 2]);
  });

  it("of a bundle are received in order, each with its own number", () => {
    const { clock } = start();
    const received: unknown[] = [];
    const profile = negotiationProfile("b", all, { id: "a", keyed: true });
    const room = { settings: { clock }, bundles: true, relay: () => undefined, note: () => undefined };
    const listener = {
      directOpen: false,
      sendDirectly: () => undefined,
      deliver: ({ payload }: Signal) => void received.push((payload as { candidate?: { sdp: string } }).candidate?.sdp),
      remoteRestarted: () => undefined,
      superseded: () => undefined,
      routeChanged: () => undefined,
    };
    const receiver = new SignalRoute({ id: "a", profile }, true, room, listener);
    const bundle = (...parts: [line: string, seq: number][]): [Signal, ReturnType<typeof link>] => {
      const [first, ...more] = parts.map(([sdp, seq]) => ({ candidate: { sdp }, offerId: "o", link: link(seq, 0) }));
      return [{ event: "candidate", payload: { ...first, more } } as unknown as Signal, link(parts[0]?.[1] ?? 0, 0)];
    };
    receiver.receive(offer("theirs"), link(1, 0));
    receiver.receive(...bundle(["c", 4], ["d", 5]));
    expect(received).toEqual([undefined]);
    receiver.receive(...bundle(["", 0], ["a", 2], ["b", 3], ["c", 4]));
    expect(received).toEqual([undefined, "a", "b", "c", "d"]);
  });
});

describe("a legacy client", () => {
  it("receives no end of candidates; a peer with a key does", () => {
    const candidate: Signal = { event: "candidate", payload: { candidate: { sdp: "candidate:1", sdpMid: "0" } } };
    const counts = [false, true].map((keyed) => {
      const { route, passed } = start({ keyed });
      for (const each of [candidate, acknowledgement]) route.send(each);
      return passed.length;
    });
    expect(counts).toEqual([1, 2]);
  });

  it("receives every offer and a new answer, and a peer with a key a repeated answer too", () => {
    const signals = [answer("1"), offer("1"), offer("1"), answer("1"), answer("2")];
    const sent = [false, true].map((keyed) => {
      const { route, passed } = start({ keyed });
      for (const each of signals) route.send(each);
      return passed.map((each) => each.split(" ").slice(0, 2).join(" "));
    });
    expect(sent).toEqual([
      ["answer 1", "offer 1", "offer 1", "answer 2"],
      ["answer 1", "offer 1", "offer 1", "answer 1", "answer 2"],
    ]);
  });
});

describe("a route to a peer that does not number its messages", () => {
  it("drops what is sent in an outage", () => {
    const { route, passed } = start({ keyed: false });
    route.setOnline(false);
    expect(route).toMatchObject({ open: false, reliable: false });
    route.send(offer("1"));
    route.setOnline(true);
    route.send(offer("2"));
    expect(passed).toEqual(["changed", "restored", "offer 2 unnumbered by server"]);
  });

  it("does not repeat an answer, but sends one that was dropped", () => {
    const { route, passed } = start({ keyed: false });
    route.setOnline(false);
    route.send(answer("1"));
    route.setOnline(true);
    route.send(answer("1"));
    route.send(answer("1"));
    expect(passed).toEqual(["changed", "restored", "answer 1 unnumbered by server"]);
  });

  it("reports that messages may be lost whenever the peer is online again", () => {
    const { route, passed } = start({ keyed: false });
    route.setOnline(true);
    expect(passed).toEqual(["restored"]);
  });

  it("is recognized by the first message without a number", () => {
    const { route } = start();
    expect(route.reliable).toBe(true);
    route.receive(offer("theirs"), undefined);
    expect(route.reliable).toBe(false);
  });
});
