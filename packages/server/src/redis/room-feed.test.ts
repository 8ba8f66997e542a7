import { describe, expect, it } from "vitest";
import { RoomFeed } from "./room-feed.js";

function start(position?: number) {
  const log: (string | number)[] = [];
  const feed = new RoomFeed<number>({ deliver: (change) => log.push(change), read: () => log.push("read") });
  if (position !== undefined) feed.start(position);
  return { feed, log, receive: (...versions: number[]) => versions.forEach((at) => feed.receive(at, at)) };
}

describe("RoomFeed", () => {
  it("keeps changes until it knows the version of the room, and drops those that the room has", () => {
    const { feed, log, receive } = start();
    receive(4, 5, 6, 7);
    expect(log).toEqual([]);
    feed.start(5);
    expect(log).toEqual([6, 7]);
  });

  it("delivers a change once", () => {
    const { log, receive } = start(5);
    receive(6, 6, 5, 7);
    expect(log).toEqual([6, 7]);
  });

  it("reads the room when a change is missing, and keeps later ones meanwhile", () => {
    const { feed, log, receive } = start(5);
    receive(7, 8);
    expect(log).toEqual(["read"]);
    feed.start(7);
    expect(log).toEqual(["read", 8]);
  });

  it("waits for the reply to a command of its own before it takes a version for missing", () => {
    const { feed, log, receive } = start(5);
    feed.begin();
    receive(7);
    expect(log).toEqual([]);
    feed.own(6, () => log.push("own"));
    feed.end();
    expect(log).toEqual(["own", 7]);
  });

  it("takes it for missing when the reply has another version", () => {
    const { feed, log, receive } = start(5);
    feed.begin();
    receive(8);
    feed.own(7, () => log.push("own"));
    feed.end();
    expect(log, "nobody waits for an order that is lost").toEqual(["own", "read"]);
  });

  it("does not take a change for missing that is on its way, where only its own is later", () => {
    const { feed, log, receive } = start(5);
    feed.begin();
    feed.own(7, () => log.push("own"));
    feed.end();
    expect(log).toEqual([]);
    receive(6);
    expect(log).toEqual([6, "own"]);
  });

  it("does not wait for an order that it does not know", () => {
    const { feed, log } = start();
    feed.own(7, () => log.push("own"));
    expect(log).toEqual(["own"]);
    feed.start(5);
    feed.own(7, () => log.push("waits"));
    feed.lose();
    expect(log).toEqual(["own", "waits"]);
  });

  it("goes on from the version of a room that is read, also if that is lower", () => {
    const { feed, log, receive } = start(100);
    feed.lose();
    feed.start(5);
    receive(6);
    expect(log).toEqual([6]);
  });

  it("delivers nothing while it is held", () => {
    const { feed, log, receive } = start(5);
    feed.hold();
    receive(6, 8);
    expect(log).toEqual([]);
    feed.release();
    expect(log).toEqual([6, "read"]);
  });

  it("passes nothing of its own while it is held, and then in order, also where the order was lost", () => {
    const { feed, log } = start(5);
    const hold = (what: string) => () => {
      log.push(what);
      feed.hold();
    };
    feed.own(7, hold("join"));
    feed.own(8, () => log.push("adoption"));
    feed.own(9, hold("another join"));
    feed.own(10, () => log.push("change"));
    feed.lose();
    feed.own(11, () => log.push("later"));
    expect(log).toEqual(["join"]);
    feed.release();
    expect(log).toEqual(["join", "adoption", "another join"]);
    feed.release();
    expect(log.slice(3)).toEqual(["change", "later"]);
  });

  it("reads the room again rather than that it keeps more than 1000 changes", () => {
    const { feed, log, receive } = start();
    for (let version = 1; version <= 1500; version += 1) receive(version);
    feed.start(10);
    expect(log).toEqual(["read"]);
    feed.start(1499);
    expect(log).toEqual(["read", 1500]);
  });
});
