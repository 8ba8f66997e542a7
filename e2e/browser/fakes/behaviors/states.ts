import type { Behavior } from "./behavior.js";

export const statesBehaviors: readonly Behavior[] = [
  {
    name: "calls that the signaling state does not allow",
    run: async ({ create, outcome }) => {
      const [a, b, c] = [create(), create(), create()];
      for (const one of [a, b, c]) one.createDataChannel("x");
      const offer = await a.createOffer();
      await b.setLocalDescription();
      const outcomes = [
        await outcome(() => a.createAnswer()),
        await outcome(() => a.setRemoteDescription({ type: "answer", sdp: offer.sdp ?? "" })),
        await outcome(() => a.setLocalDescription({ type: "rollback" })),
        await outcome(() => a.setRemoteDescription({ type: "rollback" })),
        await outcome(() => a.addIceCandidate({ candidate: "candidate:1 1 udp 1 192.0.2.1 5 typ host", sdpMid: "0" })),
        await outcome(() => a.addIceCandidate({ candidate: "candidate:1 1 udp 1 192.0.2.1 5 typ host" })),
        await outcome(() => a.setRemoteDescription({ type: "offer", sdp: "invalid" })),
        await outcome(() => a.setLocalDescription(offer)),
        a.signalingState,
        await outcome(() => a.setRemoteDescription(b.localDescription ?? { type: "offer" })),
        await outcome(() => a.createOffer()),
        a.signalingState,
      ];
      for (const one of [a, b, c]) one.close();
      return { outcomes };
    },
    expected: {
      outcomes: [
        "InvalidStateError",
        "InvalidStateError",
        "InvalidStateError",
        "InvalidStateError",
        "InvalidStateError",
        "TypeError",
        "OperationError",
        "done",
        "have-local-offer",
        "done",
        "InvalidStateError",
        "have-remote-offer",
      ],
    },
  },
  {
    name: "calls on a closed connection",
    run: async ({ create, stream, outcome }) => {
      const a = create();
      const media = stream("video");
      const [track] = media.getTracks();
      const sender = a.addTrack(media.getVideoTracks()[0]!, media);
      a.close();
      a.close();
      const states = [a.signalingState, a.connectionState, a.iceConnectionState];
      const rejected = [
        await outcome(() => a.addTrack(track!)),
        await outcome(() => a.addTransceiver("video")),
        await outcome(() => a.removeTrack(sender)),
        await outcome(() => a.createDataChannel("x")),
        await outcome(() => a.createOffer()),
        await outcome(() => a.setLocalDescription()),
        await outcome(() => a.setRemoteDescription({ type: "offer", sdp: "" })),
        await outcome(() => a.addIceCandidate()),
        await outcome(() => sender.replaceTrack(null)),
        await outcome(() => sender.setStreams()),
        await outcome(() => a.setConfiguration({})),
      ];
      return { states, rejected: [...new Set(rejected)], restartIce: await outcome(() => a.restartIce()) };
    },
    expected: { states: ["closed", "closed", "closed"], rejected: ["InvalidStateError"], restartIce: "done" },
  },
  {
    name: "implicit rollback: an offer that yields to another",
    run: async ({ create, stream }) => {
      const [a, b] = [create(), create()];
      const seen: string[] = [];
      a.addEventListener("signalingstatechange", () => seen.push(a.signalingState));
      const media = [stream("video"), stream("audio")];
      for (const [index, one] of [a, b].entries()) {
        const tracks = media[index]!;
        one.addTrack(tracks.getTracks()[0]!, tracks);
      }
      await a.setLocalDescription();
      await b.setLocalDescription();
      await a.setRemoteDescription(b.localDescription!);
      const midsMeanwhile = a.getTransceivers().map(({ mid, receiver }) => `${receiver.track.kind} ${String(mid)}`);
      await a.setLocalDescription();
      await b.setRemoteDescription(a.localDescription!);
      const after = a
        .getTransceivers()
        .map(({ mid, direction, currentDirection, receiver }) => [
          receiver.track.kind,
          mid,
          direction,
          currentDirection,
        ]);
      for (const one of [a, b]) one.close();
      return { seen, midsMeanwhile, after };
    },
    expected: {
      seen: ["have-local-offer", "stable", "have-remote-offer", "stable"],
      midsMeanwhile: ["video null", "audio 0"],
      after: [
        ["video", null, "sendrecv", null],
        ["audio", "0", "recvonly", "recvonly"],
      ],
    },
  },
  {
    name: "rollback of a remote offer",
    run: async ({ create, stream }) => {
      const [a, b] = [create(), create()];
      const media = stream("audio", "video");
      for (const track of media.getTracks()) a.addTrack(track, media);
      await a.setLocalDescription();
      const mine = stream("audio");
      b.addTrack(mine.getTracks()[0]!, mine);
      const tracks: string[] = [];
      b.addEventListener("track", ({ track }) => tracks.push(track.kind));
      await b.setRemoteDescription(a.localDescription!);
      const during = b.getTransceivers().map(({ mid, receiver }) => [receiver.track.kind, mid]);
      await b.setRemoteDescription({ type: "rollback" });
      const after = b.getTransceivers().map(({ mid, receiver }) => [receiver.track.kind, mid]);
      await b.setRemoteDescription(a.localDescription!);
      for (const one of [a, b]) one.close();
      return { during, after, tracks };
    },
    expected: {
      during: [
        ["audio", "0"],
        ["video", "1"],
      ],
      after: [["audio", null]],
      tracks: ["audio", "video", "audio", "video"],
    },
  },
];
