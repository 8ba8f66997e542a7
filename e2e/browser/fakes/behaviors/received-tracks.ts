import type { Behavior } from "./behavior.js";

export const receivedTracksBehaviors: readonly Behavior[] = [
  {
    name: "K01: a received track unmutes with its first packet",
    run: async ({ create, stream, exchange, next, wait }) => {
      const [a, b] = [create(), create()];
      const media = stream("audio", "video");
      for (const track of media.getTracks()) a.addTrack(track, media);
      a.addTransceiver("audio");
      const held: (() => void)[] = [];
      for (const [from, to] of [
        [a, b],
        [b, a],
      ] as const)
        from.addEventListener("icecandidate", ({ candidate }) => {
          held.push(() => void to.addIceCandidate(candidate ?? undefined));
        });
      const announced: boolean[] = [];
      b.addEventListener("track", ({ track }) => announced.push(track.muted));
      const muted = (): boolean[] => b.getReceivers().map(({ track }) => track.muted);
      const unmuted = (...indexes: number[]): Promise<unknown> =>
        Promise.all(indexes.map((index) => next(b.getReceivers()[index]!.track, "unmute")));
      await exchange(a, b);
      await wait(300);
      const withoutPath = muted();
      const first = unmuted(0, 1);
      for (const add of held) add();
      await first;
      await wait(300);
      const withPackets = muted();
      for (const sender of a.getSenders()) await sender.replaceTrack(null);
      await wait(300);
      const replaced = muted();
      for (const transceiver of a.getTransceivers()) transceiver.direction = "inactive";
      await exchange(a, b);
      const inactive = muted();
      const again = unmuted(0);
      a.getTransceivers()[0]!.direction = "sendonly";
      await a.getSenders()[0]!.replaceTrack(stream("audio").getTracks()[0]!);
      await exchange(a, b);
      await again;
      for (const one of [a, b]) one.close();
      return {
        "muted at the event `track`": announced.slice(0, 3),
        "without a path": withoutPath,
        "once packets arrive (the third transceiver has no track)": withPackets,
        "after replaceTrack(null)": replaced,
        "after direction inactive": inactive,
        "sent again": "unmuted",
      };
    },
    expected: {
      "muted at the event `track`": [true, true, true],
      "without a path": [true, true, true],
      "once packets arrive (the third transceiver has no track)": [false, false, true],
      "after replaceTrack(null)": [false, false, true],
      "after direction inactive": [true, true, true],
      "sent again": "unmuted",
    },
  },
  {
    name: "K01: a disabled track sends packets, and one that replaceTrack() sets later",
    run: async ({ create, stream, trickle, next }) => {
      const [a, b] = [create(), create()];
      trickle(a, b);
      const [disabled] = stream("video").getTracks() as [MediaStreamTrack];
      disabled.enabled = false;
      a.addTrack(disabled);
      const later = a.addTransceiver("audio");
      await a.setLocalDescription();
      await b.setRemoteDescription(a.localDescription!);
      const unmuted = Promise.all(b.getReceivers().map(({ track }) => next(track, "unmute")));
      await b.setLocalDescription();
      await a.setRemoteDescription(b.localDescription!);
      await later.sender.replaceTrack(stream("audio").getTracks()[0]!);
      await unmuted;
      const muted = b.getReceivers().map(({ track }) => track.muted);
      for (const one of [a, b]) one.close();
      return { muted };
    },
    expected: { muted: [false, false] },
  },
  {
    name: "K06: setStreams() and further exchanges",
    run: async ({ create, stream, exchange, wait }) => {
      const [a, b] = [create(), create()];
      const [one, two] = [stream("audio"), stream("video")];
      const names: Record<string, string> = { [one.id]: "one", [two.id]: "two" };
      const sender = a.addTrack(one.getTracks()[0]!, one);
      const seen: string[] = [];
      const watched = new Set<MediaStream>();
      b.addEventListener("signalingstatechange", () => seen.push(b.signalingState));
      b.addEventListener("track", ({ streams }) => {
        for (const media of streams) {
          if (!watched.has(media))
            media.addEventListener("removetrack", () => seen.push(`removed from ${String(names[media.id])}`));
          watched.add(media);
        }
        seen.push(`track of ${streams.map(({ id }) => names[id]).join(", ")}`);
      });
      const step = async (run: () => Promise<void>): Promise<string[]> => {
        await run();
        await wait(50);
        return seen.splice(0);
      };
      const observations: Record<string, string[]> = {};
      observations["one stream"] = await step(() => exchange(a, b));
      sender.setStreams(one, two);
      observations["another in addition"] = await step(() => exchange(a, b));
      sender.setStreams(two);
      observations["the other alone"] = await step(() => exchange(a, b));
      sender.setStreams(one);
      observations["the first instead"] = await step(() => exchange(a, b));
      sender.setStreams(one, two);
      await a.setLocalDescription();
      observations["both in an offer"] = await step(() => b.setRemoteDescription(a.localDescription!));
      observations["its rollback"] = await step(() => b.setRemoteDescription({ type: "rollback" }));
      await a.setLocalDescription({ type: "rollback" });
      sender.setStreams();
      observations["no stream"] = await step(() => exchange(a, b));
      for (const connection of [a, b]) connection.close();
      return observations;
    },
    expected: {
      "one stream": ["have-remote-offer", "track of one", "stable"],
      "another in addition": ["have-remote-offer", "track of one, two", "stable"],
      "the other alone": ["have-remote-offer", "removed from one", "stable"],
      "the first instead": ["have-remote-offer", "removed from two", "track of one", "stable"],
      "both in an offer": ["have-remote-offer", "track of one, two"],
      "its rollback": ["stable", "removed from two"],
      "no stream": ["have-remote-offer", "removed from one", "stable"],
    },
  },
  {
    name: "K06: the rollback of an offer that removes a track restores the track",
    run: async ({ create, stream, exchange, wait }) => {
      const [a, b] = [create(), create()];
      const media = stream("audio");
      const sender = a.addTrack(media.getTracks()[0]!, media);
      const seen: string[] = [];
      b.addEventListener("track", ({ streams }) => {
        const [first] = streams;
        first?.addEventListener("removetrack", () => seen.push("removetrack"), { once: true });
        seen.push(`track in ${String(first?.getTracks().length)}`);
      });
      await exchange(a, b);
      a.removeTrack(sender);
      await a.setLocalDescription();
      await b.setRemoteDescription(a.localDescription!);
      await wait(50);
      const removed = seen.splice(0);
      await b.setRemoteDescription({ type: "rollback" });
      await wait(50);
      const restored = seen.splice(0);
      for (const connection of [a, b]) connection.close();
      return { "added and removed": removed, "after the rollback": restored };
    },
    expected: { "added and removed": ["track in 1", "removetrack"], "after the rollback": ["track in 1"] },
  },
  {
    name: "K20: the streams of an offer without a=msid, or with a=msid:-",
    run: async ({ create, stream }) => {
      const observations: Record<string, unknown> = {};
      const edits: Record<string, (sdp: string) => string> = {
        "no a=msid": (sdp) => sdp.replace(/a=(?:msid|ssrc).*\r\n/g, ""),
        "a=msid:-": (sdp) => sdp.replace(/msid:\S+ /g, "msid:- "),
      };
      for (const [name, edit] of Object.entries(edits)) {
        const [a, b] = [create(), create()];
        const media = stream("audio", "video");
        for (const track of media.getTracks()) a.addTrack(track, media);
        const seen: (readonly MediaStream[])[] = [];
        b.addEventListener("track", ({ streams }) => seen.push(streams));
        const { sdp = "" } = await a.createOffer();
        await b.setRemoteDescription({ type: "offer", sdp: edit(sdp) });
        await b.setLocalDescription();
        await b.setRemoteDescription({ type: "offer", sdp: edit(sdp) });
        observations[name] = seen.map((streams) => streams.length);
        observations[`${name}: one stream for both`] = seen[0]?.[0] !== undefined && seen[0][0] === seen[1]?.[0];
        for (const connection of [a, b]) connection.close();
      }
      return observations;
    },
    expected: {
      "no a=msid": [1, 1],
      "no a=msid: one stream for both": true,
      "a=msid:-": [0, 0],
      "a=msid:-: one stream for both": false,
    },
  },
];
