import { describe, expect, it } from "vitest";
import { sendKeyFrames } from "./key-frames.js";
import type { PeerConnection } from "../peer-connection.js";

/** A connection that sends a video by each of these senders, which have as many methods as the stack they are of. */
function connectionWith(...senders: object[]): PeerConnection {
  const transceivers = senders.map((sender) => ({
    sender: "track" in sender ? sender : { track: { kind: "video" }, ...sender },
  }));
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

  describe("V04: with an application that sets encodings", () => {
    /** As Chromium's: each call outdates what was read before it, and takes its time. */
    class Sender {
      readonly track: { readonly kind: string };
      readonly applied: unknown[] = [];
      codecs: RTCRtpCodecParameters[] = [];
      reducedSize = false;
      #read = 0;
      #valid: { transactionId: string; codecs: RTCRtpCodecParameters[]; rtcp: RTCRtcpParameters } | undefined;

      constructor(kind = "video") {
        this.track = { kind };
      }

      getParameters(): RTCRtpSendParameters {
        const rtcp = { cname: "ada", reducedSize: this.reducedSize };
        this.#valid = { transactionId: String(++this.#read), codecs: this.codecs, rtcp };
        return { ...this.#valid, encodings: [{}] } as RTCRtpSendParameters;
      }

      async setParameters(parameters: RTCRtpSendParameters, options?: object): Promise<void> {
        const { maxBitrate } = parameters.encodings[0] ?? {};
        if (maxBitrate === 0) throw new RangeError("A bitrate is above 0.");
        if (this.#valid === undefined) throw new DOMException("nothing was read", "InvalidStateError");
        if (parameters.transactionId !== this.#valid.transactionId || parameters.codecs !== this.#valid.codecs)
          throw new DOMException("a read-only field was modified", "InvalidModificationError");
        if (parameters.rtcp.reducedSize !== this.reducedSize)
          throw new DOMException("modified RTCP parameters", "InvalidModificationError");
        await new Promise((resolve) => setTimeout(resolve, 1));
        this.#valid = undefined;
        this.applied.push(options === undefined ? maxBitrate : "key frame");
      }
    }

    function limited(sender: Sender, maxBitrate: number): RTCRtpSendParameters {
      const parameters = sender.getParameters();
      return { ...parameters, encodings: parameters.encodings.map((encoding) => ({ ...encoding, maxBitrate })) };
    }

    const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10));

    it("what it read before a key frame is set after it", async () => {
      const sender = new Sender();
      const parameters = limited(sender, 1);
      sendKeyFrames(connectionWith(sender));
      await sender.setParameters(parameters);
      expect(sender.applied).toEqual(["key frame", 1]);
    });

    it("what it reads and sets while a key frame is requested is set after it", async () => {
      const sender = new Sender();
      sendKeyFrames(connectionWith(sender));
      await sender.setParameters(limited(sender, 2));
      expect(sender.applied).toEqual(["key frame", 2]);
    });

    it("a key frame waits for what it sets", async () => {
      const sender = new Sender();
      sendKeyFrames(connectionWith(sender));
      await settled();
      const set = sender.setParameters(limited(sender, 3));
      sendKeyFrames(connectionWith(sender));
      await set;
      await settled();
      expect(sender.applied).toEqual(["key frame", 3, "key frame"]);
    });

    it("what it read before a key frame is set after it, though an exchange has changed the codecs", async () => {
      const sender = new Sender();
      const parameters = limited(sender, 4);
      sendKeyFrames(connectionWith(sender));
      sender.codecs = [{ clockRate: 90_000, mimeType: "video/VP8", payloadType: 96 }];
      await sender.setParameters(parameters);
      expect(sender.applied).toEqual(["key frame", 4]);
    });

    it("what it read before a key frame is set long after it", async () => {
      const sender = new Sender();
      const parameters = limited(sender, 5);
      sendKeyFrames(connectionWith(sender));
      await settled();
      await sender.setParameters(parameters);
      expect(sender.applied).toEqual(["key frame", 5]);
    });

    it.each(["video", "audio"])("what it read of %s before an exchange ended is set after it", async (kind) => {
      const sender = new Sender(kind);
      sendKeyFrames(connectionWith(sender));
      await settled();
      sender.applied.length = 0;
      const parameters = limited(sender, 7);
      sender.reducedSize = true;
      await sender.setParameters(parameters);
      expect(sender.applied).toEqual([7]);
    });

    it("a sender of audio is asked for nothing", async () => {
      const sender = new Sender("audio");
      sendKeyFrames(connectionWith(sender));
      await settled();
      expect(sender.applied).toEqual([]);
    });

    it("codecs that it changes itself are rejected as before", async () => {
      const sender = new Sender();
      sendKeyFrames(connectionWith(sender));
      await settled();
      const set = sender.setParameters({ ...limited(sender, 6), codecs: [] });
      await expect(set).rejects.toMatchObject({ name: "InvalidModificationError" });
      expect(sender.applied).toEqual(["key frame"]);
    });

    it("what is wrong is rejected as before, and a key frame is sent all the same", async () => {
      const sender = new Sender();
      sendKeyFrames(connectionWith(sender));
      const set = expect(sender.setParameters(limited(sender, 0))).rejects.toBeInstanceOf(RangeError);
      sendKeyFrames(connectionWith(sender));
      await set;
      await settled();
      expect(sender.applied).toEqual(["key frame", "key frame"]);
    });
  });
});
