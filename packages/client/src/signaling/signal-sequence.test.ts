import { beforeEach, describe, expect, it } from "vitest";
import type { Link } from "@sig/protocol/page";
import type { Signal } from "../negotiation/types.js";
import { FakeClock } from "../testing/fake-clock.js";
import { SignalSequence } from "./signal-sequence.js";

const offer = (sdp: string): Signal => ({ event: "offer", payload: { sdp } });
const link = (epoch: string, seq: number, ack = 0): Link => ({ epoch, seq, ack });

let clock: FakeClock;
let route: { open: boolean };
let passed: string[];
/** The links of what was sent. */
let links: (Link | undefined)[];

function start({ polite = false, extended = true, onDeliver = (): void => undefined } = {}): SignalSequence {
  return new SignalSequence(
    { profile: { polite, extended } },
    route,
    clock,
    (signal, sentLink, again) => {
      links.push(sentLink);
      passed.push(`${signal?.event ?? "acknowledgement"}${again ? " again" : ""}`);
    },
    {
      deliver: ({ payload }) => {
        passed.push(`received ${(payload as { sdp: string }).sdp}`);
        onDeliver();
      },
      remoteRestarted: () => passed.push("remote restarted"),
      superseded: () => passed.push("superseded"),
    },
  );
}

beforeEach(() => {
  clock = new FakeClock();
  route = { open: true };
  passed = [];
  links = [];
});

describe("a sequence of signals", () => {
  it("begins an epoch with the first signal, and another one after each end", () => {
    const sequence = start();
    sequence.send(offer("1"));
    sequence.send(offer("2"));
    sequence.end();
    sequence.send(offer("3"));
    sequence.begin();
    sequence.send(offer("4"));
    const epochs = links.map((each) => each?.epoch ?? "");
    expect(epochs.map((epoch) => epoch.split(".")[0])).toEqual(["2", "2", "3", "4"]);
    expect(epochs[0]).toBe(epochs[1]);
    expect(new Set(epochs).size).toBe(3);
    for (const epoch of epochs) expect(epoch).toMatch(/^\d\.\d{1,3}(?:-\d{1,3}){7}$/);
    expect(links.map((each) => each?.seq)).toEqual([1, 2, 1, 1]);
  });

  it("begins the epoch of an offer that came with the join, and sends that only where it was lost", async () => {
    const sequence = start();
    sequence.begin("1.a");
    sequence.send(offer("1"), true);
    expect([passed, sequence.unacknowledged]).toEqual([[], true]);
    sequence.send(offer("2"));
    expect(links).toEqual([link("1.a", 2)]);
    sequence.receive(undefined, link("1.a", 0, 2));
    expect([clock.pending, sequence.unacknowledged]).toEqual([0, false]);
    sequence.begin();
    expect(sequence.unacknowledged).toBe(false);

    const lost = start();
    lost.begin("1.a");
    lost.send(offer("lost"), true);
    lost.receive(undefined, link("1.a", 0));
    await clock.advance(1000);
    expect([passed.at(-1), links.at(-1)]).toEqual(["offer again", link("1.a", 1)]);
  });

  it("ends the epoch of an offer with a join by any other first offer", () => {
    const sequence = start();
    sequence.receive(offer("with the join"), link("1.a", 1));
    sequence.receive(offer("another"), link("2.b", 1));
    expect(passed).toEqual(["received with the join", "remote restarted", "received another"]);
  });

  it("is on, reliable and unacknowledged as the messages of the peer show", () => {
    const sequence = start();
    const shown = (): unknown => [sequence.on, sequence.reliable, sequence.unacknowledged];
    expect(shown()).toEqual([false, true, false]);
    sequence.send(offer("1"));
    expect(shown()).toEqual([false, true, true]);
    const { epoch } = links[0]!;
    sequence.receive(undefined, link(epoch, 0, 1));
    expect(shown()).toEqual([true, true, false]);
    sequence.end();
    sequence.receive(offer("2"), undefined);
    expect(shown()).toEqual([true, true, false]);
    expect(passed.at(-1)).toBe("received 2");
  });

  it("with a legacy client has no numbers", () => {
    const sequence = start({ extended: false });
    sequence.send(offer("1"));
    sequence.receive(offer("2"), undefined);
    expect([links, passed]).toEqual([[undefined], ["offer", "received 2"]]);
    expect([sequence.on, sequence.reliable]).toEqual([false, false]);
  });

  it("begins with the first message of the peer, with a number or without", () => {
    const sequence = start();
    sequence.receive(offer("1"), undefined);
    expect(passed).toEqual(["received 1"]);
    const other = start();
    other.receive(offer("2"), link("5.a", 1));
    other.send(offer("3"));
    expect(links.at(-1)).toEqual(link("5.a", 1, 1));
    other.begin();
    other.send(offer("4"));
    expect(links.at(-1)?.epoch).toMatch(/^6\./);
  });

  it("follows the peer into a newer epoch, and says that the connection of the older one is void", () => {
    const sequence = start();
    sequence.receive(offer("1"), link("1.a", 1));
    sequence.receive(offer("2"), link("2.b", 1));
    sequence.receive(offer("3"), link("2.b", 2));
    expect(passed).toEqual(["received 1", "remote restarted", "received 2", "received 3"]);
  });

  it("does not begin a newer epoch with an acknowledgement, but says that its own is superseded", () => {
    const sequence = start();
    sequence.receive(undefined, link("2.b", 0));
    expect(passed).toEqual([]);
    sequence.send(offer("1"));
    expect(links[0]?.epoch).toMatch(/^3\./);
    sequence.receive(undefined, link("7.c", 0));
    expect(passed).toEqual(["offer", "superseded"]);
    sequence.begin();
    sequence.send(offer("2"));
    expect(links.at(-1)?.epoch).toMatch(/^8\./);
  });

  it("does not begin an epoch in which the peer acknowledges what was sent before this sequence", () => {
    const sequence = start();
    sequence.receive(offer("answer to an offer that was forgotten"), link("1.a", 1, 1));
    expect(passed).toEqual([]);
    sequence.send(offer("1"));
    expect(links[0]?.epoch).toMatch(/^2\./);
    sequence.receive(offer("theirs"), link("3.b", 4, 2));
    expect(passed).toEqual(["offer", "superseded"]);
    sequence.begin();
    sequence.send(offer("2"));
    expect(links.at(-1)?.epoch).toMatch(/^4\./);
  });

  it("drops what arrives of an epoch that has ended", () => {
    const sequence = start();
    sequence.receive(offer("1"), link("1.a", 1));
    sequence.end();
    for (const epoch of ["1.a", "0.z"]) sequence.receive(offer("late"), link(epoch, 2));
    sequence.end();
    sequence.receive(offer("late"), link("1.a", 3));
    expect(passed).toEqual(["received 1"]);
    expect(clock.pending).toBe(0);
  });

  it("answers an older epoch with its own, so that a peer that has forgotten it begins a newer one", () => {
    const sequence = start();
    sequence.receive(offer("1"), link("5.a", 1));
    sequence.receive(undefined, link("4.b", 0));
    expect(passed).toEqual(["received 1"]);
    sequence.receive(offer("old"), link("4.b", 1));
    expect([passed.at(-1), links]).toEqual(["acknowledgement", [link("5.a", 0, 1)]]);
  });

  it("of two epochs with the same number follows that of the impolite end", () => {
    const polite = start({ polite: true });
    polite.send(offer("ours"));
    polite.receive(offer("theirs"), link("2.b", 1));
    expect(passed).toEqual(["offer", "remote restarted", "received theirs"]);
    passed.length = 0;
    const impolite = start();
    impolite.send(offer("ours"));
    impolite.receive(offer("theirs"), link("2.b", 1));
    expect(passed).toEqual(["offer", "acknowledgement"]);
  });

  it("does not go on in an epoch that it has ended, if the peer does so while we are in another one", () => {
    const sequence = start({ polite: true });
    sequence.receive(offer("1"), link("3.a", 1));
    sequence.end();
    sequence.receive(offer("2"), link("3.a", 2));
    expect(passed).toEqual(["received 1"]);
  });

  it("delivers nothing more of an epoch that the first delivery has ended", () => {
    const sequence: SignalSequence = start({ onDeliver: () => sequence.begin() });
    sequence.receive(offer("2"), link("1.a", 2));
    sequence.receive(offer("1"), link("1.a", 1));
    expect(passed).toEqual(["received 1"]);
  });
});

describe("the timers of a sequence", () => {
  it("resend what the peer has not acknowledged, and acknowledge what it sent", async () => {
    const sequence = start();
    sequence.receive(offer("theirs"), link("1.a", 1));
    await clock.advance(200);
    expect(passed).toEqual(["received theirs", "acknowledgement"]);
    sequence.send(offer("ours"));
    await clock.advance(1000);
    expect(passed.slice(2)).toEqual(["offer", "offer again"]);
    sequence.receive(undefined, link("1.a", 0, 1));
    expect(clock.pending).toBe(0);
  });

  it("run only while a route is open; when one opens, both ends acknowledge", async () => {
    const sequence = start();
    sequence.receive(offer("theirs"), link("1.a", 1));
    sequence.send(offer("1"));
    route.open = false;
    sequence.routeChanged();
    sequence.send(offer("2"));
    await clock.advance(60_000);
    expect([clock.pending, passed]).toEqual([0, ["received theirs", "offer"]]);
    route.open = true;
    sequence.routeChanged();
    expect(passed.slice(2)).toEqual(["acknowledgement again"]);
  });

  it("end with the epoch, and nothing is sent for a route that opens then", () => {
    const sequence = start();
    sequence.receive(offer("theirs"), link("1.a", 1));
    sequence.send(offer("1"));
    expect(clock.pending).toBeGreaterThan(0);
    sequence.end();
    sequence.routeChanged();
    expect([clock.pending, passed]).toEqual([0, ["received theirs", "offer"]]);
  });
});
