import { describe, expect, it } from "vitest";
import { isRelayed, readRelayed } from "./relayed.js";

const address = { from: "a", to: "b", room: "r" };

describe("what a peer sends without the server", () => {
  it("is an offer, an answer or a candidate", () => {
    expect(["offer", "answer", "candidate", "exit", "", "message"].filter(isRelayed)).toEqual([
      "offer",
      "answer",
      "candidate",
    ]);
  });

  it("is read as if the server had sent it: its sender cannot claim to be another one", () => {
    expect(readRelayed("offer", { sdp: "v=0", from: "c", room: "q" }, address)).toEqual({
      event: "offer",
      payload: { sdp: "v=0", ...address },
    });
  });

  it("is dropped if it is invalid or anything else", () => {
    expect(readRelayed("offer", { sdp: 7 }, address)).toBeUndefined();
    expect(readRelayed("exit", {}, address)).toBeUndefined();
  });
});
