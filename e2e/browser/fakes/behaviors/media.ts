import type { Behavior } from "./behavior.js";

export const mediaBehaviors: readonly Behavior[] = [
  {
    name: "directions, and transceivers that addTrack reuses",
    run: async ({ create, stream, exchange }) => {
      const [a, b] = [create(), create()];
      const show = (): unknown =>
        [a, b].map((one) =>
          one
            .getTransceivers()
            .map(({ mid, direction, currentDirection, receiver, sender }) => [
              mid,
              receiver.track.kind,
              direction,
              currentDirection,
              sender.track !== null,
            ]),
        );
      const [first, second, third] = [stream("video"), stream("video"), stream("video")];
      const seen: unknown[] = [];
      const sender = a.addTrack(first.getTracks()[0]!, first);
      await exchange(a, b);
      seen.push(show());
      b.addTrack(second.getTracks()[0]!, second);
      await exchange(b, a);
      seen.push(show());
      a.removeTrack(sender);
      await exchange(a, b);
      seen.push(show());
      // That sender has sent before: it is not reused.
      a.addTrack(third.getTracks()[0]!, third);
      await exchange(a, b);
      seen.push(show());
      for (const one of [a, b]) one.close();
      const [offered, both, removed, another] = seen;
      return { offered, both, removed, another };
    },
    expected: {
      offered: [[["0", "video", "sendrecv", "sendonly", true]], [["0", "video", "recvonly", "recvonly", false]]],
      both: [[["0", "video", "sendrecv", "sendrecv", true]], [["0", "video", "sendrecv", "sendrecv", true]]],
      removed: [[["0", "video", "recvonly", "recvonly", false]], [["0", "video", "sendrecv", "sendonly", true]]],
      another: [
        [
          ["0", "video", "recvonly", "recvonly", false],
          ["1", "video", "sendrecv", "sendonly", true],
        ],
        [
          ["0", "video", "sendrecv", "sendonly", true],
          ["1", "video", "recvonly", "recvonly", false],
        ],
      ],
    },
  },
  {
    name: "addTransceiver, and media sections that it does not share",
    run: async ({ create, exchange }) => {
      const [a, b] = [create(), create()];
      a.addTransceiver("audio", { direction: "recvonly" });
      b.addTransceiver("audio", { direction: "sendonly" });
      await exchange(a, b);
      const seen = [a, b].map((one) =>
        one.getTransceivers().map(({ mid, direction, currentDirection }) => [mid, direction, currentDirection]),
      );
      let error = "none";
      try {
        a.addTransceiver("text");
      } catch (caught) {
        error = (caught as Error).name;
      }
      for (const one of [a, b]) one.close();
      return { seen, error };
    },
    expected: {
      seen: [
        [["0", "recvonly", "inactive"]],
        [
          [null, "sendonly", null],
          ["0", "recvonly", "inactive"],
        ],
      ],
      error: "TypeError",
    },
  },
  {
    name: "a track added twice, and a sender of another connection",
    run: async ({ create, stream, thrown }) => {
      const [a, b] = [create(), create()];
      const one = stream("video");
      const track = one.getTracks()[0]!;
      const sender = a.addTrack(track, one);
      const observations = {
        "the same track again": thrown(() => a.addTrack(track, one)),
        "a sender of another connection": thrown(() => b.removeTrack(sender)),
        "removed twice": [thrown(() => a.removeTrack(sender)), thrown(() => a.removeTrack(sender))],
        directions: a.getTransceivers().map(({ direction }) => direction),
      };
      for (const connection of [a, b]) connection.close();
      return observations;
    },
    expected: {
      "the same track again": "InvalidAccessError",
      "a sender of another connection": "InvalidAccessError",
      "removed twice": ["done", "done"],
      directions: ["recvonly"],
    },
  },
  {
    name: "track events: once, before the promise resolves, with their streams",
    run: async ({ create, stream }) => {
      const [a, b] = [create(), create()];
      const one = stream("audio", "video");
      for (const track of one.getTracks()) a.addTrack(track, one);
      const seen: string[] = [];
      b.addEventListener("signalingstatechange", () => seen.push(b.signalingState));
      b.addEventListener("track", ({ track, streams, transceiver }) =>
        seen.push(
          `${track.kind} ${String(streams.length)} ${String(streams[0]?.id === one.id)} ` +
            `${String(streams[0]?.getTracks().length)} ${String(transceiver.mid)}`,
        ),
      );
      await a.setLocalDescription();
      await b.setRemoteDescription(a.localDescription!);
      seen.push("promise");
      await b.setLocalDescription();
      await a.setRemoteDescription(b.localDescription!);
      await a.setLocalDescription();
      await b.setRemoteDescription(a.localDescription!);
      for (const connection of [a, b]) connection.close();
      return { seen };
    },
    expected: {
      seen: ["have-remote-offer", "audio 1 true 2 0", "video 1 true 2 1", "promise", "stable", "have-remote-offer"],
    },
  },
];
