import type { Behavior } from "./behavior.js";

export const descriptionsBehaviors: readonly Behavior[] = [
  {
    name: "K05: descriptions keep the text that was set",
    run: async ({ create, stream }) => {
      const [a, b] = [create({ iceTransportPolicy: "relay" }), create({ iceTransportPolicy: "relay" })];
      const media = stream("audio", "video");
      for (const track of media.getTracks()) a.addTrack(track, media);
      a.createDataChannel("x");
      const offer = await a.createOffer();
      await a.setLocalDescription(offer);
      const local = a.localDescription!.sdp === offer.sdp;
      const bounded = (offer.sdp ?? "").replace("a=mid:1\r\n", "a=mid:1\r\nb=AS:64\r\n");
      await b.setRemoteDescription({ type: "offer", sdp: bounded });
      const keepsBandwidth = b.remoteDescription!.sdp.includes("b=AS:64\r\n");
      await b.setRemoteDescription(offer);
      const remote = b.remoteDescription!.sdp === offer.sdp;
      const answer = await b.createAnswer();
      await b.setLocalDescription(answer);
      const ofAnswer = b.localDescription!.sdp === answer.sdp;
      await a.setRemoteDescription({ type: "answer", sdp: (answer.sdp ?? "").replace(/\r\n/g, "\n") });
      const lineEnds = a.remoteDescription!.sdp === answer.sdp;
      const origin = (sdp = ""): string[] => (/^o=\S+ (\S+) (\S+)/m.exec(sdp) ?? []).slice(1);
      const again = await a.createOffer();
      const [[id, version], [idAgain, versionAgain]] = [origin(offer.sdp), origin(again.sdp)] as [
        [string, string],
        [string, string],
      ];
      const observations = {
        "localDescription is what createOffer() returned": local,
        "localDescription is what createAnswer() returned": ofAnswer,
        "remoteDescription is what was set": remote,
        "it keeps b=AS:64": keepsBandwidth,
        "it gets \\r\\n for \\n": lineEnds,
        "the same object each time": a.localDescription === a.localDescription,
        "the session id of the next offer is the same": id === idAgain,
        "its version is larger by": Number(versionAgain) - Number(version),
        "toJSON()": Object.keys(a.localDescription!.toJSON()).sort(),
      };
      for (const one of [a, b]) one.close();
      return observations;
    },
    expected: {
      "localDescription is what createOffer() returned": true,
      "localDescription is what createAnswer() returned": true,
      "remoteDescription is what was set": true,
      "it keeps b=AS:64": true,
      "it gets \\r\\n for \\n": true,
      "the same object each time": true,
      "the session id of the next offer is the same": true,
      "its version is larger by": 1,
      "toJSON()": ["sdp", "type"],
    },
    // It writes each description anew.
    firefox: {
      "localDescription is what createOffer() returned": false,
      "localDescription is what createAnswer() returned": false,
      "remoteDescription is what was set": false,
      "it gets \\r\\n for \\n": false,
      "the same object each time": false,
    },
  },
  {
    name: "K05: local descriptions that were changed, or are not of this connection",
    run: async ({ create, outcome, stream }) => {
      const [a, b, c] = [create(), create(), create()];
      const media = stream("audio");
      a.addTrack(media.getTracks()[0]!, media);
      const { sdp = "" } = await a.createOffer();
      const set = (to: RTCPeerConnection, description: unknown): Promise<string> =>
        outcome(() => to.setLocalDescription(description as RTCSessionDescriptionInit));
      const observations: Record<string, string> = {
        "a line added at its end": await set(a, { type: "offer", sdp: `${sdp}a=x\r\n` }),
        "b=AS:30 added": await set(a, { type: "offer", sdp: sdp.replace("a=mid:0\r\n", "a=mid:0\r\nb=AS:30\r\n") }),
        "not SDP": await set(a, { type: "offer", sdp: "garbage" }),
        "no type": await set(a, { sdp }),
        null: await set(a, null),
        "an unknown type": await set(a, { type: "foo", sdp }),
        "an offer of another connection, before createOffer()": await set(c, { type: "offer", sdp }),
      };
      await b.setRemoteDescription({ type: "offer", sdp });
      const answer = await b.createAnswer();
      observations["an answer with a line added"] = await set(b, {
        type: "answer",
        sdp: `${String(answer.sdp)}a=x\r\n`,
      });
      for (const one of [a, b, c]) one.close();
      return observations;
    },
    expected: {
      "a line added at its end": "done",
      "b=AS:30 added": "done",
      "not SDP": "OperationError",
      "no type": "done",
      null: "done",
      "an unknown type": "TypeError",
      "an offer of another connection, before createOffer()": "InvalidModificationError",
      "an answer with a line added": "done",
    },
  },
  {
    name: "K20: remoteDescription has the candidates that were added",
    run: async ({ create, stream }) => {
      const [a, b] = [create(), create()];
      const media = stream("audio", "video");
      for (const track of media.getTracks()) a.addTrack(track, media);
      const { sdp = "" } = await a.createOffer();
      await b.setRemoteDescription({ type: "offer", sdp });
      const count = (description: RTCSessionDescription | null): number[] =>
        (description?.sdp ?? "").split("m=").map((section) => (section.match(/^a=candidate:/gm) ?? []).length);
      const add = (sdpMid: string, address: string): Promise<void> =>
        b.addIceCandidate({ candidate: `candidate:1 1 udp 2122260223 ${address} 50000 typ host`, sdpMid });
      await add("0", "192.0.2.1");
      const first = count(b.remoteDescription);
      const pending = count(b.pendingRemoteDescription);
      await add("1", "192.0.2.1");
      await add("0", "192.0.2.2");
      const more = count(b.remoteDescription);
      await b.setLocalDescription();
      const current = count(b.currentRemoteDescription);
      await b.setRemoteDescription({ type: "offer", sdp });
      const next = count(b.remoteDescription);
      for (const one of [a, b]) one.close();
      return {
        "session, audio, video": first,
        pendingRemoteDescription: pending,
        "with two more": more,
        "after the answer": current,
        "the next offer of the same generation": next,
      };
    },
    expected: {
      "session, audio, video": [0, 1, 0],
      pendingRemoteDescription: [0, 1, 0],
      "with two more": [0, 2, 1],
      "after the answer": [0, 2, 1],
      "the next offer of the same generation": [0, 2, 1],
    },
    firefox: { "the next offer of the same generation": [0, 0, 0] },
  },
  {
    name: "K20: canTrickleIceCandidates is as a=ice-options of the other end",
    run: async ({ create }) => {
      const edits: Record<string, (sdp: string) => string> = {
        "in each section": (sdp) => sdp,
        absent: (sdp) => sdp.replace(/a=ice-options.*\r\n/g, ""),
        "another option": (sdp) => sdp.replace(/a=ice-options.*\r\n/g, "a=ice-options:renomination\r\n"),
        "for the session": (sdp) =>
          sdp.replace(/a=ice-options.*\r\n/g, "").replace("t=0 0\r\n", "t=0 0\r\na=ice-options:trickle\r\n"),
      };
      const observations: Record<string, unknown> = {};
      for (const [name, edit] of Object.entries(edits)) {
        const [a, b] = [create(), create()];
        a.createDataChannel("x");
        const { sdp = "" } = await a.createOffer();
        const before = b.canTrickleIceCandidates;
        await b.setRemoteDescription({ type: "offer", sdp: edit(sdp) });
        observations[name] = [before, b.canTrickleIceCandidates];
        for (const one of [a, b]) one.close();
      }
      return observations;
    },
    expected: {
      "in each section": [null, true],
      absent: [null, false],
      "another option": [null, false],
      "for the session": [null, true],
    },
  },
];
