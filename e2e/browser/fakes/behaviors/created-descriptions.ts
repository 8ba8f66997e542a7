import type { Behavior } from "./behavior.js";

export const createdDescriptionsBehaviors: readonly Behavior[] = [
  {
    name: "K09: later descriptions have the candidates gathered before",
    run: async ({ create, exchange }) => {
      const [a, b] = [create(), create()];
      a.createDataChannel("x");
      const gathered = (one: RTCPeerConnection): Promise<void> =>
        new Promise((resolve) => {
          const look = (): void => {
            if (one.iceGatheringState === "complete") resolve();
          };
          one.addEventListener("icegatheringstatechange", look);
          look();
        });
      await exchange(a, b);
      await Promise.all([a, b].map(gathered));
      const has = ({ sdp = "" }: RTCSessionDescriptionInit): boolean => /^a=candidate:/m.test(sdp);
      const again = await a.createOffer();
      const restarted = await a.createOffer({ iceRestart: true });
      await b.setRemoteDescription(again);
      const answer = await b.createAnswer();
      const observations = {
        localDescription: has(a.localDescription!),
        createOffer: has(again),
        "createOffer with iceRestart": has(restarted),
        createAnswer: has(answer),
      };
      for (const one of [a, b]) one.close();
      return observations;
    },
    expected: { localDescription: true, createOffer: true, "createOffer with iceRestart": false, createAnswer: true },
  },
  {
    name: "K14: offers and answers that were created earlier",
    run: async ({ create, stream, exchange, outcome }) => {
      const observations: Record<string, unknown> = {};
      const withAudio = (): RTCPeerConnection => {
        const one = create();
        const media = stream("audio");
        one.addTrack(media.getTracks()[0]!, media);
        return one;
      };
      const mid = (one: RTCPeerConnection): string | null => one.getTransceivers()[0]!.mid;
      const connections: RTCPeerConnection[] = [];
      const use = (one: RTCPeerConnection): RTCPeerConnection => {
        connections.push(one);
        return one;
      };
      {
        const a = use(withAudio());
        const offer = await a.createOffer();
        await a.setLocalDescription(offer);
        await a.setLocalDescription({ type: "rollback" });
        observations["after its own rollback"] = [mid(a), await outcome(() => a.setLocalDescription(offer)), mid(a)];
      }
      {
        const [a, b] = [use(withAudio()), use(withAudio())];
        const offer = await a.createOffer();
        await a.setRemoteDescription(await b.createOffer());
        await a.setRemoteDescription({ type: "rollback" });
        observations["after the rollback of a remote offer"] = [
          await outcome(() => a.setLocalDescription(offer)),
          a.getTransceivers().map((transceiver) => transceiver.mid),
        ];
      }
      {
        const [a, b] = [use(withAudio()), use(create())];
        const offer = await a.createOffer();
        const media = stream("video");
        a.addTrack(media.getTracks()[0]!, media);
        await exchange(a, b);
        observations["with fewer sections than there are now"] = await outcome(() => a.setLocalDescription(offer));
      }
      {
        const [a, b] = [use(withAudio()), use(create())];
        await b.setRemoteDescription(await a.createOffer());
        const answer = await b.createAnswer();
        await b.setRemoteDescription({ type: "rollback" });
        observations["an answer in stable"] = await outcome(() => b.setLocalDescription(answer));
        await b.setRemoteDescription(await a.createOffer());
        observations["an answer to an offer with other mids"] = await outcome(() => b.setLocalDescription(answer));
      }
      for (const one of connections) one.close();
      return observations;
    },
    expected: {
      "after its own rollback": [null, "done", "0"],
      "after the rollback of a remote offer": ["done", ["0"]],
      "with fewer sections than there are now": "InvalidAccessError",
      "an answer in stable": "InvalidStateError",
      "an answer to an offer with other mids": "InvalidAccessError",
    },
    firefox: { "with fewer sections than there are now": "InvalidModificationError" },
  },
  {
    name: "K21: descriptions hold what there was when they were created",
    run: async ({ create, stream, wait }) => {
      const observations: Record<string, unknown> = {};
      const addAudio = (to: RTCPeerConnection): void => {
        const media = stream("audio");
        to.addTrack(media.getTracks()[0]!, media);
      };
      const [a, b, c] = [create(), create(), create()];
      a.createDataChannel("x");
      const creating = a.createOffer();
      addAudio(a);
      observations["audio added during createOffer() is in the offer"] = (await creating).sdp?.includes("m=audio");
      let needed = 0;
      b.createDataChannel("x");
      b.addEventListener("negotiationneeded", () => needed++);
      await wait(50);
      const setting = b.setLocalDescription();
      addAudio(b);
      await setting;
      observations["audio added during setLocalDescription() is in it"] = b.localDescription!.sdp.includes("m=audio");
      await c.setRemoteDescription(b.localDescription!);
      await c.setLocalDescription();
      await b.setRemoteDescription(c.localDescription!);
      await wait(50);
      observations.negotiationneeded = needed;
      await b.setLocalDescription();
      await c.setRemoteDescription(b.localDescription!);
      const answering = c.setLocalDescription();
      c.getTransceivers()[0]!.direction = "inactive";
      await answering;
      observations["the answer whose direction changed meanwhile"] = /^a=(recvonly|inactive)/m.exec(
        c.localDescription!.sdp,
      )?.[1];
      for (const one of [a, b, c]) one.close();
      return observations;
    },
    expected: {
      "audio added during createOffer() is in the offer": false,
      "audio added during setLocalDescription() is in it": false,
      negotiationneeded: 2,
      "the answer whose direction changed meanwhile": "recvonly",
    },
    // It creates the description when its operation comes to an end.
    firefox: {
      "audio added during createOffer() is in the offer": true,
      "audio added during setLocalDescription() is in it": true,
      negotiationneeded: 1,
      "the answer whose direction changed meanwhile": "inactive",
    },
  },
  {
    name: "K21: local descriptions that the signaling state does not allow",
    run: async ({ create, outcome }) => {
      const [a, b] = [create(), create()];
      a.createDataChannel("x");
      const { sdp = "" } = await a.createOffer();
      const set = (to: RTCPeerConnection, type: RTCSdpType, text = ""): Promise<string> =>
        outcome(() => to.setLocalDescription({ type, sdp: text }));
      const observations: Record<string, string> = {};
      observations["an answer in stable, none was created"] = await set(a, "answer", sdp);
      observations["an answer without SDP in stable"] = await set(a, "answer");
      await a.setLocalDescription({ type: "offer", sdp });
      observations["an answer without SDP in have-local-offer"] = await set(a, "answer");
      await b.setRemoteDescription({ type: "offer", sdp });
      observations["an offer in have-remote-offer, none was created"] = await set(b, "offer", sdp);
      observations["an offer without SDP in have-remote-offer"] = await set(b, "offer");
      observations["an answer of others"] = await set(b, "answer", sdp.replace(/actpass/g, "active"));
      await b.createAnswer();
      observations["a remote answer in have-remote-offer"] = await outcome(() =>
        b.setRemoteDescription({ type: "answer", sdp }),
      );
      observations["a remote offer in have-remote-offer"] = await outcome(() =>
        b.setRemoteDescription({ type: "offer", sdp }),
      );
      observations["a remote description without a type"] = await outcome(() =>
        b.setRemoteDescription({ type: "foo" as RTCSdpType, sdp }),
      );
      for (const one of [a, b]) one.close();
      return observations;
    },
    expected: {
      "an answer in stable, none was created": "InvalidModificationError",
      "an answer without SDP in stable": "InvalidStateError",
      "an answer without SDP in have-local-offer": "InvalidStateError",
      "an offer in have-remote-offer, none was created": "InvalidModificationError",
      "an offer without SDP in have-remote-offer": "InvalidStateError",
      "an answer of others": "InvalidModificationError",
      "a remote answer in have-remote-offer": "InvalidStateError",
      "a remote offer in have-remote-offer": "done",
      "a remote description without a type": "TypeError",
    },
  },
];
