import type { Behavior } from "./behavior.js";

export const transceiversBehaviors: readonly Behavior[] = [
  {
    name: "K12: offerToReceiveAudio and offerToReceiveVideo",
    run: async ({ create, stream, wait }) => {
      const observations: Record<string, unknown> = {};
      const show = (one: RTCPeerConnection): string[] =>
        one.getTransceivers().map(({ receiver, direction }) => `${receiver.track.kind} ${direction}`);
      const offer = async (one: RTCPeerConnection, options: RTCOfferOptions): Promise<unknown> => {
        const { sdp = "" } = await one.createOffer(options);
        return [show(one), sdp.match(/^m=\w+/gm), sdp.match(/^a=(?:sendrecv|sendonly|recvonly|inactive)/gm)];
      };
      const both = { offerToReceiveAudio: true, offerToReceiveVideo: true };
      {
        const a = create();
        let needed = 0;
        a.addEventListener("negotiationneeded", () => needed++);
        observations["both, twice"] = [await offer(a, both), await offer(a, both)];
        await wait(50);
        observations["negotiationneeded after them"] = needed;
        const media = stream("audio");
        a.addTrack(media.getTracks()[0]!, media);
        observations["addTrack() after them"] = show(a);
        a.close();
      }
      for (const [name, direction, isWanted] of [
        ["false, for sendrecv", "sendrecv", false],
        ["false, for recvonly", "recvonly", false],
        ["true, for recvonly", "recvonly", true],
        ["true, for sendonly", "sendonly", true],
        ["true, for inactive", "inactive", true],
      ] as const) {
        const a = create();
        a.addTransceiver("audio", { direction });
        observations[name] = await offer(a, { offerToReceiveAudio: isWanted });
        a.close();
      }
      return observations;
    },
    expected: {
      "both, twice": [
        [
          ["audio recvonly", "video recvonly"],
          ["m=audio", "m=video"],
          ["a=recvonly", "a=recvonly"],
        ],
        [
          ["audio recvonly", "video recvonly"],
          ["m=audio", "m=video"],
          ["a=recvonly", "a=recvonly"],
        ],
      ],
      "negotiationneeded after them": 0,
      "addTrack() after them": ["audio sendrecv", "video recvonly"],
      "false, for sendrecv": [["audio sendonly"], ["m=audio"], ["a=sendonly"]],
      "false, for recvonly": [["audio inactive"], ["m=audio"], ["a=inactive"]],
      "true, for recvonly": [["audio recvonly"], ["m=audio"], ["a=recvonly"]],
      "true, for sendonly": [
        ["audio sendonly", "audio recvonly"],
        ["m=audio", "m=audio"],
        ["a=sendonly", "a=recvonly"],
      ],
      "true, for inactive": [
        ["audio inactive", "audio recvonly"],
        ["m=audio", "m=audio"],
        ["a=inactive", "a=recvonly"],
      ],
    },
  },
  {
    name: "K19: a transceiver that the answering end stops is inactive at the other",
    run: async ({ create, stream, next }) => {
      const [a, b] = [create(), create()];
      for (const track of stream("audio", "video").getTracks()) a.addTrack(track);
      const show = (one: RTCPeerConnection): unknown[] =>
        one
          .getTransceivers()
          .map(({ mid, direction, currentDirection, receiver }) => [
            mid,
            direction,
            currentDirection,
            receiver.track.readyState,
          ]);
      await a.setLocalDescription();
      await b.setRemoteDescription(a.localDescription!);
      const { track } = b.getReceivers()[1]!;
      const ended = next(track, "ended");
      b.getTransceivers()[1]!.stop();
      const stopped = track.readyState;
      await ended;
      await b.setLocalDescription();
      const answering = show(b);
      await a.setRemoteDescription(b.localDescription!);
      const offering = show(a);
      const observations = {
        "its track right after stop()": stopped,
        "at the end that answers": answering,
        "at the end that offered": offering,
      };
      for (const one of [a, b]) one.close();
      return observations;
    },
    expected: {
      "its track right after stop()": "live",
      "at the end that answers": [
        ["0", "recvonly", "recvonly", "live"],
        ["1", "stopped", "inactive", "ended"],
      ],
      "at the end that offered": [
        ["0", "sendrecv", "sendonly", "live"],
        ["1", "sendrecv", "inactive", "live"],
      ],
    },
  },
  {
    name: "K19: a transceiver that the offering end stops, and an m-line that an answer rejects",
    run: async ({ create, stream, exchange, wait }) => {
      const [a, b] = [create(), create()];
      for (const track of stream("audio", "video").getTracks()) a.addTrack(track);
      const show = (one: RTCPeerConnection): unknown[] =>
        one.getTransceivers().map(({ mid, direction, currentDirection }) => [mid, direction, currentDirection]);
      await exchange(a, b);
      const seen: string[] = [];
      const { track } = b.getReceivers()[0]!;
      for (const type of ["mute", "ended"]) track.addEventListener(type, () => seen.push(type));
      a.getTransceivers()[0]!.stop();
      await a.setLocalDescription();
      const offering = show(a);
      await b.setRemoteDescription(a.localDescription!);
      await wait(50);
      const offered = [show(b), track.readyState, seen];
      await b.setLocalDescription();
      await a.setRemoteDescription(b.localDescription!);
      const done = [show(a), show(b)];
      const [c, d] = [create(), create()];
      for (const one of stream("audio", "video").getTracks()) c.addTrack(one);
      await c.setLocalDescription();
      await d.setRemoteDescription(c.localDescription!);
      await d.setLocalDescription();
      const answer = d
        .localDescription!.sdp.replace(/^m=video \d+/m, "m=video 0")
        .replace(/^a=group:BUNDLE.*/m, "a=group:BUNDLE 0");
      await c.setRemoteDescription({ type: "answer", sdp: answer });
      const rejected = show(c).slice(0, 1);
      const { sdp = "" } = await c.createOffer();
      const port = /^m=video (\d+)/m.exec(sdp)?.[1];
      for (const one of [a, b, c, d]) one.close();
      return {
        "while it is offered": offering,
        "at the other end": offered,
        "after the answer": done,
        "an m-line that the answer rejects": rejected,
        "its port in the next offer": port,
      };
    },
    expected: {
      "while it is offered": [
        ["0", "stopped", "sendonly"],
        ["1", "sendrecv", "sendonly"],
      ],
      "at the other end": [
        [
          ["0", "stopped", "stopped"],
          ["1", "recvonly", "recvonly"],
        ],
        "ended",
        ["ended"],
      ],
      "after the answer": [[["1", "sendrecv", "sendonly"]], [["1", "recvonly", "recvonly"]]],
      "an m-line that the answer rejects": [["0", "sendrecv", "sendonly"]],
      "its port in the next offer": "0",
    },
  },
];
