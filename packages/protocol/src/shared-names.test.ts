import { describe, expect, it } from "vitest";
import { isSharedName, isSignalingEvent } from "./shared-names.js";

const inStandup = (room: string | undefined): boolean => room === undefined || room === "standup";
const nowhere = (): boolean => false;

describe("isSharedName", () => {
  it("is true of the names that the base protocol does not have", () => {
    const names = ["createAndJoinRoom", "offer", "answer", "candidate", "exit"] as const;
    expect(names.filter(isSharedName)).toEqual([]);
    const others = ["leaving", "message", "metadata", "iceServers"] as const;
    expect(others.filter(isSharedName)).toEqual([...others]);
  });
});

describe("isSignalingEvent", () => {
  it.each([
    ["message", { room: "standup", type: "chat", data: null }],
    ["message", { room: "standup", type: 7, data: 1, to: "x" }],
    ["metadata", { room: "standup", metadata: 1 }],
    ["leaving", { room: "standup" }],
  ] as const)("is true of %s with all its fields, from a member: %j", (event, payload) => {
    expect(isSignalingEvent(event, payload, false, inStandup)).toBe(true);
    expect(isSignalingEvent(event, payload, true, nowhere)).toBe(false);
  });

  it.each([
    ["message", "hello"],
    ["message", { room: "standup", type: "chat" }],
    ["message", { room: "other", type: "chat", data: 1 }],
    ["message", [{ room: "standup", type: "chat", data: 1 }]],
    ["metadata", { room: "standup" }],
    ["metadata", { room: { toString: (): string => "standup" }, metadata: 1 }],
    ["leaving", undefined],
    ["leaving", null],
  ] as const)("is false of %s without them: %j", (event, payload) => {
    expect(isSignalingEvent(event, payload, true, inStandup)).toBe(false);
  });

  it("is false of fields that are inherited", () => {
    expect(isSignalingEvent("leaving", Object.create({ room: "standup" }), false, inStandup)).toBe(false);
  });

  it("is true of a request for ICE servers with an ack from anybody, without one from a member", () => {
    for (const payload of [{}, { room: "standup" }, { room: "standup", token: "t" }]) {
      expect(isSignalingEvent("iceServers", payload, true, nowhere)).toBe(true);
      expect(isSignalingEvent("iceServers", payload, false, inStandup)).toBe(true);
      expect(isSignalingEvent("iceServers", payload, false, nowhere)).toBe(false);
    }
    expect(isSignalingEvent("iceServers", undefined, true, nowhere)).toBe(true);
    expect(isSignalingEvent("iceServers", undefined, false, inStandup)).toBe(false);
    for (const payload of [{ region: "eu" }, { room: "standup", region: "eu" }, "eu", null, []])
      expect(isSignalingEvent("iceServers", payload, true, inStandup)).toBe(false);
  });
});
