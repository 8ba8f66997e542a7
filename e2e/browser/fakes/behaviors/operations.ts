import type { Behavior } from "./behavior.js";

export const operationsBehaviors: readonly Behavior[] = [
  {
    name: "K17: calls that the signaling state does not allow reject at once",
    run: async ({ create, stream }) => {
      const settled = async (promise: Promise<unknown>): Promise<string> => {
        let state = "pending";
        promise.then(
          () => (state = "done"),
          (error: unknown) => (state = (error as Error).name),
        );
        for (let turn = 0; turn < 20; turn++) await Promise.resolve();
        return state;
      };
      const [a, b] = [create(), create()];
      b.createDataChannel("x");
      const offer = await b.createOffer();
      const sender = a.addTrack(stream("audio").getTracks()[0]!);
      const observations: Record<string, string> = {
        "createAnswer in stable": await settled(a.createAnswer()),
        "setLocalDescription with an answer in stable": await settled(a.setLocalDescription({ type: "answer" })),
        "replaceTrack with another kind": await settled(sender.replaceTrack(stream("video").getTracks()[0]!)),
        "addIceCandidate without mid and index": await settled(a.addIceCandidate({ candidate: "candidate:1" })),
      };
      await a.setRemoteDescription(offer);
      observations["createOffer in have-remote-offer"] = await settled(a.createOffer());
      observations["createAnswer in have-remote-offer"] = await settled(a.createAnswer());
      const pending = b.createOffer();
      a.close();
      b.close();
      observations["createOffer on a closed connection"] = await settled(a.createOffer());
      await new Promise((resolve) => setTimeout(resolve, 50));
      observations["createOffer that close() interrupts"] = await settled(pending);
      return observations;
    },
    expected: {
      "createAnswer in stable": "InvalidStateError",
      "setLocalDescription with an answer in stable": "InvalidStateError",
      "replaceTrack with another kind": "TypeError",
      "addIceCandidate without mid and index": "TypeError",
      "createOffer in have-remote-offer": "InvalidStateError",
      "createAnswer in have-remote-offer": "pending",
      "createOffer on a closed connection": "InvalidStateError",
      "createOffer that close() interrupts": "pending",
    },
  },
  {
    name: "K17: calls wait for those before them",
    run: async ({ create, outcome }) => {
      const [a, b] = [create(), create()];
      a.createDataChannel("x");
      const offer = await a.createOffer();
      const candidate = { candidate: "candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host", sdpMid: "0" };
      const calls = [
        outcome(() => b.setRemoteDescription(offer)),
        outcome(() => b.addIceCandidate(candidate)),
        outcome(() => b.createAnswer()),
        outcome(() => b.setLocalDescription()),
        outcome(() => b.createOffer()),
      ];
      const outcomes = await Promise.all(calls);
      const { signalingState } = b;
      for (const one of [a, b]) one.close();
      return { outcomes, signalingState };
    },
    expected: { outcomes: ["done", "done", "done", "done", "done"], signalingState: "stable" },
  },
  {
    name: "K18: an offer that rolls back another passes through stable",
    run: async ({ create, next, outcome }) => {
      const [a, b] = [create(), create()];
      for (const one of [a, b]) {
        one.createDataChannel("x");
        await one.setLocalDescription();
      }
      const setting = a.setRemoteDescription(b.localDescription!);
      await next(a, "signalingstatechange");
      const first = [a.signalingState, a.pendingLocalDescription === null];
      await next(a, "signalingstatechange");
      const second = [a.signalingState, a.pendingRemoteDescription !== null];
      await setting;
      const states: string[] = [];
      b.addEventListener("signalingstatechange", () => states.push(b.signalingState));
      const failed = [
        await outcome(() => b.setRemoteDescription({ type: "offer", sdp: "invalid" })),
        await outcome(() =>
          b.setRemoteDescription({ type: "offer", sdp: a.remoteDescription!.sdp.replace(/a=fingerprint.*\r\n/g, "") }),
        ),
      ];
      const { signalingState } = b;
      for (const one of [a, b]) one.close();
      return {
        "after the first event": first,
        "after the second": second,
        "offers that are not SDP": failed,
        "the state after them": signalingState,
        "their events": states,
      };
    },
    expected: {
      "after the first event": ["stable", true],
      "after the second": ["have-remote-offer", true],
      "offers that are not SDP": ["OperationError", "InvalidAccessError"],
      "the state after them": "have-local-offer",
      "their events": [],
    },
    // It rolls back before it reads the offer.
    firefox: { "the state after them": "stable", "their events": ["stable"] },
  },
];
