import { expect, it, onTestFinished } from "vitest";
import { unpackVersionOne } from "../../support/version-one.js";
import { clientReading, serverReading } from "./readings.js";

it("a reading of version 1 reports events, fields and values that version 1 does not know", async () => {
  const { protocol, remove } = await unpackVersionOne();
  onTestFinished(remove);
  const read = clientReading(protocol);
  const peer = { id: "b", state: "online" };
  expect(read("created", { id: "a", room: "room", peers: [{ ...peer, features: ["mute"] }] })).toEqual([]);
  expect(read("created", { id: "a", room: "room", peers: [{ ...peer, role: "host" }] })).toEqual([
    "created.peers.role: an unknown field",
  ]);
  expect(read("presence", { ...peer, room: "room", state: "idle" })).toHaveLength(1);
  expect(read("waiting", { room: "room" })).toEqual(["waiting: an unknown event"]);
  expect(serverReading(protocol)("join", {})).toEqual(["join: an unknown event"]);
});
