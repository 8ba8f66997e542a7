import type { Behavior } from "./behavior.js";

export const candidatesBehaviors: readonly Behavior[] = [
  {
    name: "K07: addIceCandidate() rejects lines that are not candidates",
    run: async ({ create, outcome }) => {
      const [a, b] = [create(), create()];
      a.createDataChannel("x");
      await a.setLocalDescription();
      await b.setRemoteDescription(a.localDescription!);
      const good = "candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host";
      const lines = [
        good,
        `a=${good}`,
        `${good} generation 0 network-cost 999`,
        good.replace("udp", "UDP"),
        good.replace("192.0.2.1", "2001:db8::1"),
        good.replace("192.0.2.1", "d6f9a2c4-1111-4222-8333-444455556666.local"),
        good.replace("udp 2122260223 192.0.2.1 50000", "tcp 1518280447 192.0.2.1 9") + " tcptype active",
        good.replace("host", "srflx raddr 0.0.0.0 rport 0"),
        good.replace("host", "relay"),
        "(Invalid) candidate",
        "candidate",
        "x",
        "candidate:(Invalid)",
        "candidate:",
        good.replace("candidate:", "Candidate:"),
        good.replace(" typ host", ""),
        good.replace("host", "foo"),
        good.replace("50000", "99999"),
        good.replace("50000", "x"),
        good.replace("2122260223", "x"),
        good.replace("udp", "foo"),
        good.replace("1 1 udp", "1 x udp"),
        `${good} generation x`,
        good.replace("udp", "tcp") + " tcptype foo",
      ];
      const observations: Record<string, string> = {};
      for (const candidate of lines)
        observations[candidate] = await outcome(() => b.addIceCandidate({ candidate, sdpMid: "0" }));
      for (const one of [a, b]) one.close();
      return observations;
    },
    expected: {
      "candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host": "done",
      "a=candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host": "done",
      "candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host generation 0 network-cost 999": "done",
      "candidate:1 1 UDP 2122260223 192.0.2.1 50000 typ host": "done",
      "candidate:1 1 udp 2122260223 2001:db8::1 50000 typ host": "done",
      "candidate:1 1 udp 2122260223 d6f9a2c4-1111-4222-8333-444455556666.local 50000 typ host": "done",
      "candidate:1 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active": "done",
      "candidate:1 1 udp 2122260223 192.0.2.1 50000 typ srflx raddr 0.0.0.0 rport 0": "done",
      "candidate:1 1 udp 2122260223 192.0.2.1 50000 typ relay": "done",
      "(Invalid) candidate": "OperationError",
      candidate: "OperationError",
      x: "OperationError",
      "candidate:(Invalid)": "OperationError",
      "candidate:": "OperationError",
      "Candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host": "OperationError",
      "candidate:1 1 udp 2122260223 192.0.2.1 50000": "OperationError",
      "candidate:1 1 udp 2122260223 192.0.2.1 50000 typ foo": "OperationError",
      "candidate:1 1 udp 2122260223 192.0.2.1 99999 typ host": "OperationError",
      "candidate:1 1 udp 2122260223 192.0.2.1 x typ host": "OperationError",
      "candidate:1 1 udp x 192.0.2.1 50000 typ host": "OperationError",
      "candidate:1 1 foo 2122260223 192.0.2.1 50000 typ host": "OperationError",
      "candidate:1 x udp 2122260223 192.0.2.1 50000 typ host": "OperationError",
      "candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host generation x": "OperationError",
      "candidate:1 1 tcp 2122260223 192.0.2.1 50000 typ host tcptype foo": "OperationError",
    },
    // It rejects only what does not begin like a candidate, and ignores the others.
    firefox: {
      "candidate:(Invalid)": "done",
      "candidate:": "done",
      "Candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host": "done",
      "candidate:1 1 udp 2122260223 192.0.2.1 50000": "done",
      "candidate:1 1 udp 2122260223 192.0.2.1 50000 typ foo": "done",
      "candidate:1 1 udp 2122260223 192.0.2.1 99999 typ host": "done",
      "candidate:1 1 udp 2122260223 192.0.2.1 x typ host": "done",
      "candidate:1 1 udp x 192.0.2.1 50000 typ host": "done",
      "candidate:1 1 foo 2122260223 192.0.2.1 50000 typ host": "done",
      "candidate:1 x udp 2122260223 192.0.2.1 50000 typ host": "done",
      "candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host generation x": "done",
      "candidate:1 1 tcp 2122260223 192.0.2.1 50000 typ host tcptype foo": "done",
    },
  },
  {
    name: "K07: the section and the generation of a candidate",
    run: async ({ create, outcome }) => {
      const [a, b, c] = [create(), create(), create()];
      a.createDataChannel("x");
      await a.setLocalDescription();
      await b.setRemoteDescription(a.localDescription!);
      const candidate = "candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host";
      const inits: Record<string, unknown> = {
        "its index": { candidate, sdpMLineIndex: 0 },
        "another index": { candidate, sdpMLineIndex: 1 },
        "another mid": { candidate, sdpMid: "9" },
        "another mid, and its index": { candidate, sdpMid: "9", sdpMLineIndex: 0 },
        "its mid, and another index": { candidate, sdpMid: "0", sdpMLineIndex: 7 },
        "an empty mid, and its index": { candidate, sdpMid: "", sdpMLineIndex: 0 },
        "neither mid nor index": { candidate },
        "an unknown usernameFragment": { candidate, sdpMid: "0", usernameFragment: "none" },
        "an unknown ufrag in its line": { candidate: `${candidate} ufrag none`, sdpMid: "0" },
        "end-of-candidates": { candidate: "" },
        "end-of-candidates of a mid": { candidate: "", sdpMid: "0" },
        "{}": {},
        null: null,
        nothing: undefined,
        "a string": "x",
        "a candidate that is null": { candidate: null, sdpMid: "0" },
      };
      const observations: Record<string, string> = {};
      for (const [name, init] of Object.entries(inits))
        observations[name] = await outcome(() => b.addIceCandidate(init as RTCIceCandidateInit));
      observations["before a remote description"] = await outcome(() => c.addIceCandidate({ candidate, sdpMid: "0" }));
      observations["end-of-candidates before a remote description"] = await outcome(() => c.addIceCandidate());
      c.close();
      observations["on a closed connection"] = await outcome(() => c.addIceCandidate({ candidate, sdpMid: "0" }));
      for (const one of [a, b]) one.close();
      return observations;
    },
    expected: {
      "its index": "done",
      "another index": "OperationError",
      "another mid": "OperationError",
      "another mid, and its index": "OperationError",
      "its mid, and another index": "done",
      "an empty mid, and its index": "done",
      "neither mid nor index": "TypeError",
      "an unknown usernameFragment": "done",
      "an unknown ufrag in its line": "done",
      "end-of-candidates": "done",
      "end-of-candidates of a mid": "done",
      "{}": "done",
      null: "done",
      nothing: "done",
      "a string": "TypeError",
      "a candidate that is null": "OperationError",
      "before a remote description": "InvalidStateError",
      "end-of-candidates before a remote description": "done",
      "on a closed connection": "InvalidStateError",
    },
    firefox: {
      "an unknown usernameFragment": "OperationError",
      "end-of-candidates before a remote description": "InvalidStateError",
    },
    fake: {
      "an unknown usernameFragment": "OperationError",
      "end-of-candidates before a remote description": "InvalidStateError",
    },
  },
  {
    name: "K07: a connection is not made by candidates of nobody",
    run: async ({ create, exchange, wait }) => {
      const [a, b] = [create(), create()];
      a.createDataChannel("x");
      await exchange(a, b);
      await b.addIceCandidate({ candidate: "candidate:1 1 udp 2122260223 192.0.2.99 9 typ host", sdpMid: "0" });
      await wait(500);
      const isConnected = [a, b].map(({ connectionState }) => connectionState === "connected");
      for (const one of [a, b]) one.close();
      return { isConnected };
    },
    expected: { isConnected: [false, false] },
  },
  {
    name: "K08: the candidates of one end are enough",
    run: async ({ create, exchange, connected }) => {
      const observations: Record<string, unknown> = {};
      for (const [name, isOfferer] of [
        ["those of the end that offers", true],
        ["those of the end that answers", false],
      ] as const) {
        const [a, b] = [create(), create()];
        const [from, to] = isOfferer ? [a, b] : [b, a];
        a.createDataChannel("x");
        const states: string[] = [];
        from.addEventListener("iceconnectionstatechange", () => states.push(from.iceConnectionState));
        from.addEventListener(
          "icecandidate",
          ({ candidate }) => void to.addIceCandidate(candidate ?? undefined).catch(() => undefined),
        );
        await exchange(a, b);
        await Promise.all([connected(a), connected(b)]);
        const remote = [from, to].map(({ remoteDescription }) => /^a=candidate:/m.test(remoteDescription!.sdp));
        observations[name] = { "the end without any": states, "remoteDescription has candidates": remote };
        for (const one of [a, b]) one.close();
      }
      return observations;
    },
    expected: {
      "those of the end that offers": {
        "the end without any": ["checking", "connected"],
        "remoteDescription has candidates": [false, true],
      },
      "those of the end that answers": {
        "the end without any": ["checking", "connected"],
        "remoteDescription has candidates": [false, true],
      },
    },
  },
  {
    name: "K10: gathering begins after setLocalDescription(), and a rollback ends it",
    run: async ({ create, exchange, next, wait }) => {
      const [a, b, c, d] = [create(), create(), create(), create()];
      for (const one of [a, c]) one.createDataChannel("x");
      // Apart from each other: Chromium may report a candidate of a restart before it reports `gathering`.
      const states: string[] = [];
      const candidates: string[] = [];
      const note = (what: string): void => {
        for (const seen of [states, candidates]) seen.push(what);
      };
      const taken = (): unknown => ({ states: states.splice(0), candidates: candidates.splice(0) });
      const ended = async (): Promise<void> => {
        while (candidates.at(-1)?.startsWith("end") !== true) await wait(10);
      };
      a.addEventListener("signalingstatechange", () => states.push(a.signalingState));
      a.addEventListener("icegatheringstatechange", () => states.push(a.iceGatheringState));
      a.addEventListener("icecandidate", ({ candidate }) => {
        const text = candidate === null ? `end (${a.iceGatheringState})` : "candidate";
        if (candidates.at(-1) !== text) candidates.push(text);
      });
      const gathered = async (one: RTCPeerConnection): Promise<void> => {
        while (one.iceGatheringState !== "complete") await wait(10);
        await wait(50);
      };
      await a.setLocalDescription();
      note(`promise (${a.iceGatheringState})`);
      await ended();
      const first = taken();
      await b.setRemoteDescription(a.localDescription!);
      await b.setLocalDescription();
      await a.setRemoteDescription(b.localDescription!);
      await exchange(a, b);
      taken();
      a.restartIce();
      await a.setLocalDescription();
      note(`promise (${a.iceGatheringState})`);
      await ended();
      const restarted = taken();
      await a.setLocalDescription({ type: "rollback" });
      await wait(100);
      const rolledBack = taken();
      await c.setLocalDescription();
      await gathered(c);
      const reset = next(c, "icegatheringstatechange");
      await c.setLocalDescription({ type: "rollback" });
      await reset;
      const only = c.iceGatheringState;
      await d.setLocalDescription();
      await wait(100);
      const empty = d.iceGatheringState;
      for (const one of [a, b, c, d]) one.close();
      return {
        "the first offer": first,
        "an offer that restarts ICE": restarted,
        "its rollback": rolledBack,
        "after the rollback of the only offer": only,
        "after an offer without sections": empty,
      };
    },
    expected: {
      "the first offer": {
        states: ["have-local-offer", "promise (new)", "gathering", "complete"],
        candidates: ["promise (new)", "candidate", "end (complete)"],
      },
      "an offer that restarts ICE": {
        states: ["have-local-offer", "promise (complete)", "gathering", "complete"],
        candidates: ["promise (complete)", "candidate", "end (complete)"],
      },
      "its rollback": { states: ["stable"], candidates: [] },
      "after the rollback of the only offer": "new",
      "after an offer without sections": "new",
    },
  },
];
