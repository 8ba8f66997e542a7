import { describe, expect, it } from "vitest";
import { sendKeyFrames } from "./key-frames.js";
import type { PeerConnection } from "../peer-connection.js";

/** A connection that sends a video by each of these senders, which have as many methods as the stack they are of. */
function connectionWith(...senders: object[]): PeerConnection {
  const transceivers = senders.map((sender) => ({ sender: { track: { kind: "video" }, ...sender } }));
  return { getTransceivers: () => transceivers } as unknown as PeerConnection;
}

describe("Key frames", () => {
  const asked: unknown[] = [];
  const sender = {
    getParameters: () => ({ encodings: [{}, {}] }),
    setParameters: (_parameters: unknown, options: unknown) => Promise.resolve(asked.push(options)),
  };

  it("are requested from every sender and encoding, even if others have no parameters or return no promise", () => {
    sendKeyFrames(connectionWith({}, { ...sender, setParameters: () => undefined }, sender));
    expect(asked).toEqual([{ encodingOptions: [{ keyFrame: true }, { keyFrame: true }] }]);
  });
});
