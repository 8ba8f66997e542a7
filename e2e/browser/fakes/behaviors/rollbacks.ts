import type { Behavior } from "./behavior.js";

export const rollbackBehaviors: readonly Behavior[] = [
  {
    name: "the section for data after a rollback of the offer that had it first",
    run: async ({ create, exchange, wait }) => {
      const made: RTCPeerConnection[] = [];
      const make = (...content: ("audio" | "data")[]): RTCPeerConnection => {
        const one = create();
        made.push(one);
        if (content.includes("audio")) one.addTransceiver("audio");
        if (content.includes("data")) one.createDataChannel("x");
        return one;
      };
      const offered = async (one: RTCPeerConnection): Promise<string[]> => {
        await one.setLocalDescription();
        return [...one.localDescription!.sdp.matchAll(/^m=(\w+)/gm)].map(([, kind]) => kind!);
      };
      const rolledBack = async (one: RTCPeerConnection): Promise<unknown[]> => {
        await one.setLocalDescription();
        let fired = 0;
        one.addEventListener("negotiationneeded", () => fired++);
        await one.setLocalDescription({ type: "rollback" });
        await wait(60);
        return [...(await offered(one)), { negotiationneeded: fired }];
      };
      const seen: Record<string, unknown[]> = {
        "data alone": await rolledBack(make("data")),
        "audio and data": await rolledBack(make("audio", "data")),
      };
      const [agreed, yields, takes, refuses] = [make("data"), make("data"), make("data"), make("data")];
      await exchange(agreed, make());
      agreed.addTransceiver("audio");
      seen["data agreed on before"] = await rolledBack(agreed);
      const accept = async (one: RTCPeerConnection, other: RTCPeerConnection): Promise<void> => {
        await one.setLocalDescription();
        await other.setLocalDescription();
        await one.setRemoteDescription(other.localDescription!);
        await one.setLocalDescription();
      };
      await accept(yields, make("audio"));
      seen["it yielded to one without data"] = await offered(yields);
      await accept(takes, make("data"));
      seen["it yielded to one with data"] = await offered(takes);
      await refuses.setRemoteDescription(made[1]!.localDescription!);
      await refuses.setRemoteDescription({ type: "rollback" });
      seen["it was the other end's"] = await offered(refuses);
      for (const one of made) one.close();
      return seen;
    },
    expected: {
      "data alone": [{ negotiationneeded: 1 }],
      "audio and data": ["audio", { negotiationneeded: 1 }],
      "data agreed on before": ["application", "audio", { negotiationneeded: 1 }],
      "it yielded to one without data": ["audio"],
      "it yielded to one with data": ["application"],
      "it was the other end's": ["application"],
    },
    firefox: {
      "data alone": ["application", { negotiationneeded: 1 }],
      "audio and data": ["audio", "application", { negotiationneeded: 1 }],
      "it yielded to one without data": ["audio", "application"],
    },
  },
  {
    name: "an offer over one whose answer was rejected",
    run: async ({ create, trickle, exchange, connected, next, outcome }) => {
      const [a, b] = [create(), create()];
      trickle(a, b);
      const channel = a.createDataChannel("x");
      const opened = next(channel, "open");
      await a.setLocalDescription();
      const first = a.localDescription!.sdp;
      await b.setRemoteDescription(a.localDescription!);
      await b.setLocalDescription();
      const empty = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";
      const answered = await outcome(() => a.setRemoteDescription({ type: "answer", sdp: empty }));
      const { signalingState } = a;
      await exchange(a, b);
      const ufrag = (sdp: string): string | undefined => /^a=ice-ufrag:(.*)$/m.exec(sdp)?.[1];
      const same = ufrag(first) === ufrag(a.localDescription!.sdp);
      await Promise.all([connected(a), connected(b), opened]);
      for (const one of [a, b]) one.close();
      return { answered, signalingState, "same ICE credentials": same, channel: "open" };
    },
    expected: {
      answered: "InvalidAccessError",
      signalingState: "have-local-offer",
      "same ICE credentials": true,
      channel: "open",
    },
  },
];
