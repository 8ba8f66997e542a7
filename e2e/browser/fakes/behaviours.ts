/** What a behaviour is tried with; it is run in a page as well, so that each of them stands for itself. */
export interface Tools {
  create(configuration?: RTCConfiguration): RTCPeerConnection;
  stream(...kinds: ("audio" | "video")[]): MediaStream;
}

export interface Behaviour {
  readonly name: string;
  /** Does something and returns what came of it, as JSON. */
  readonly run: (tools: Tools) => Promise<unknown>;
}

const states: Behaviour[] = [
  {
    name: "calls that do not fit the signaling state",
    run: async ({ create }) => {
      const how = (call: Promise<unknown>): Promise<string> =>
        call.then(
          () => "done",
          (error: unknown) => (error as Error).name,
        );
      const [a, b, c] = [create(), create(), create()];
      for (const one of [a, b, c]) one.createDataChannel("x");
      const offer = await a.createOffer();
      await b.setLocalDescription();
      const seen = [
        await how(a.createAnswer()),
        await how(a.setRemoteDescription({ type: "answer", sdp: offer.sdp ?? "" })),
        await how(a.setLocalDescription({ type: "rollback" })),
        await how(a.setRemoteDescription({ type: "rollback" })),
        await how(a.addIceCandidate({ candidate: "candidate:1 1 udp 1 192.0.2.1 5 typ host", sdpMid: "0" })),
        await how(a.addIceCandidate({ candidate: "candidate:1 1 udp 1 192.0.2.1 5 typ host" })),
        await how(a.setRemoteDescription({ type: "offer", sdp: "nothing of the kind" })),
        await how(a.setLocalDescription(offer)),
        a.signalingState,
        await how(a.setRemoteDescription(b.localDescription ?? { type: "offer" })),
        await how(a.createOffer()),
        a.signalingState,
      ];
      for (const one of [a, b, c]) one.close();
      return seen;
    },
  },
  {
    name: "calls on a connection that is closed",
    run: async ({ create, stream }) => {
      const how = (call: () => unknown): Promise<string> =>
        Promise.resolve()
          .then(call)
          .then(
            () => "done",
            (error: unknown) => (error as Error).name,
          );
      const a = create();
      const media = stream("video");
      const [track] = media.getTracks();
      const sender = a.addTrack(media.getVideoTracks()[0]!, media);
      a.close();
      a.close();
      return [
        a.signalingState,
        a.connectionState,
        a.iceConnectionState,
        await how(() => a.addTrack(track!)),
        await how(() => a.addTransceiver("video")),
        await how(() => a.removeTrack(sender)),
        await how(() => a.createDataChannel("x")),
        await how(() => a.createOffer()),
        await how(() => a.setLocalDescription()),
        await how(() => a.setRemoteDescription({ type: "offer", sdp: "" })),
        await how(() => a.addIceCandidate()),
        await how(() => sender.replaceTrack(null)),
        await how(() => a.restartIce()),
        await how(() => a.setConfiguration({})),
      ];
    },
  },
  {
    name: "an offer that gives way to another, implicitly",
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
  },
  {
    name: "an offer of the other side that is rolled back",
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
  },
];

const media: Behaviour[] = [
  {
    name: "directions, and transceivers that addTrack takes",
    run: async ({ create, stream }) => {
      const [a, b] = [create(), create()];
      const exchange = async (from: RTCPeerConnection, to: RTCPeerConnection): Promise<void> => {
        await from.setLocalDescription();
        await to.setRemoteDescription(from.localDescription!);
        await to.setLocalDescription();
        await from.setRemoteDescription(to.localDescription!);
      };
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
      // The sender has sent: it is not taken again.
      a.addTrack(third.getTracks()[0]!, third);
      await exchange(a, b);
      seen.push(show());
      for (const one of [a, b]) one.close();
      return seen;
    },
  },
  {
    name: "addTransceiver, and m-lines that it does not share",
    run: async ({ create }) => {
      const [a, b] = [create(), create()];
      a.addTransceiver("audio", { direction: "recvonly" });
      b.addTransceiver("audio", { direction: "sendonly" });
      await a.setLocalDescription();
      await b.setRemoteDescription(a.localDescription!);
      await b.setLocalDescription();
      await a.setRemoteDescription(b.localDescription!);
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
  },
  {
    name: "a track that is added twice, and a sender of another connection",
    run: async ({ create, stream }) => {
      const [a, b] = [create(), create()];
      const name = (call: () => unknown): string => {
        try {
          call();
          return "done";
        } catch (error) {
          return (error as Error).name;
        }
      };
      const one = stream("video");
      const track = one.getTracks()[0]!;
      const sender = a.addTrack(track, one);
      const seen = [
        name(() => a.addTrack(track, one)),
        name(() => b.removeTrack(sender)),
        name(() => a.removeTrack(sender)),
        name(() => a.removeTrack(sender)),
        a.getTransceivers().map(({ direction }) => direction),
      ];
      for (const connection of [a, b]) connection.close();
      return seen;
    },
  },
  {
    name: "track events: before the promise, once, and with the streams",
    run: async ({ create, stream }) => {
      const [a, b] = [create(), create()];
      const one = stream("audio", "video");
      for (const track of one.getTracks()) a.addTrack(track, one);
      const seen: string[] = [];
      b.addEventListener("signalingstatechange", () => seen.push(b.signalingState));
      b.addEventListener("track", ({ track, streams, transceiver }) =>
        seen.push(
          `${track.kind} ${String(streams.length)} ${String(streams[0]?.id === one.id)} ${String(streams[0]?.getTracks().length)} ${String(transceiver.mid)}`,
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
      return seen;
    },
  },
];

const negotiation: Behaviour[] = [
  {
    name: "negotiationneeded",
    run: async ({ create, stream }) => {
      const [a, b] = [create(), create()];
      let fired = 0;
      a.addEventListener("negotiationneeded", () => fired++);
      const counts: number[] = [];
      const count = async (): Promise<void> => {
        await new Promise((resolve) => setTimeout(resolve, 60));
        counts.push(fired);
      };
      const exchange = async (): Promise<void> => {
        await a.setLocalDescription();
        await b.setRemoteDescription(a.localDescription!);
        await b.setLocalDescription();
        await a.setRemoteDescription(b.localDescription!);
      };
      const one = stream("audio", "video");
      const [first] = one.getTracks().map((track) => a.addTrack(track, one));
      await count(); // 1: once for both
      await exchange();
      await count(); // nothing new
      a.createDataChannel("x");
      await count(); // 2
      a.createDataChannel("y");
      await count(); // nothing more
      await exchange();
      await count();
      a.removeTrack(first!);
      await count(); // 3
      a.restartIce();
      await count(); // nothing more: it is needed already
      await exchange();
      await count();
      a.restartIce();
      await count(); // 4
      await a.setLocalDescription();
      a.addTransceiver("video");
      await count(); // not while an offer is open
      await a.setLocalDescription({ type: "rollback" });
      await count(); // 5
      for (const connection of [a, b]) connection.close();
      return counts;
    },
  },
  {
    name: "ICE generations",
    run: async ({ create }) => {
      const [a, b] = [create(), create()];
      a.createDataChannel("x");
      const ufrag = (one: RTCPeerConnection): string | undefined =>
        /^a=ice-ufrag:(.*)$/m.exec(one.localDescription?.sdp ?? "")?.[1];
      const how = (call: Promise<unknown>): Promise<string> =>
        call.then(
          () => "done",
          (error: unknown) => (error as Error).name,
        );
      const exchange = async (): Promise<void> => {
        await a.setLocalDescription();
        await b.setRemoteDescription(a.localDescription!);
        await b.setLocalDescription();
        await a.setRemoteDescription(b.localDescription!);
      };
      await exchange();
      const first = [ufrag(a), ufrag(b)];
      await exchange();
      const again = [ufrag(a), ufrag(b)];
      const end = await how(b.addIceCandidate());
      a.restartIce();
      await a.setLocalDescription();
      const offered = ufrag(a);
      await a.setLocalDescription({ type: "rollback" });
      const rolledBack = ufrag(a);
      await exchange();
      const restarted = [ufrag(a), ufrag(b)];
      for (const connection of [a, b]) connection.close();
      return {
        kept: again.join() === first.join(),
        end,
        offeredAnother: offered !== first[0],
        rolledBack: rolledBack === first[0],
        restarted: restarted.map((now, index) => now !== first[index]),
      };
    },
  },
];

const connecting: Behaviour[] = [
  {
    name: "states on the way to being connected, data channels of both kinds, and the end",
    run: async ({ create }) => {
      const [a, b] = [create(), create()];
      const seen: string[] = [];
      const next = (target: EventTarget, type: string): Promise<Event> =>
        new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));
      for (const [one, other] of [
        [a, b],
        [b, a],
      ] as const) {
        one.addEventListener(
          "icecandidate",
          ({ candidate }) =>
            void (candidate === null ? undefined : other.addIceCandidate(candidate).catch(() => undefined)),
        );
      }
      a.addEventListener("connectionstatechange", () => seen.push(a.connectionState));
      const [x, y] = [a, b].map((one) => one.createDataChannel("both", { negotiated: true, id: 0 })) as [
        RTCDataChannel,
        RTCDataChannel,
      ];
      let twice = "done";
      try {
        a.createDataChannel("both", { negotiated: true, id: 0 });
      } catch (error) {
        twice = (error as Error).name;
      }
      let early = "done";
      try {
        x.send("too early");
      } catch (error) {
        early = (error as Error).name;
      }
      const inBand = a.createDataChannel("in-band", { protocol: "p" });
      const announced = next(b, "datachannel") as Promise<RTCDataChannelEvent>;
      const opened = Promise.all([next(x, "open"), next(y, "open"), next(inBand, "open")]);
      await a.setLocalDescription();
      await b.setRemoteDescription(a.localDescription!);
      await b.setLocalDescription();
      await a.setRemoteDescription(b.localDescription!);
      const { channel } = await announced;
      await opened;
      const heard = next(y, "message") as Promise<MessageEvent<unknown>>;
      x.send("hello");
      const { data } = await heard;
      const closing = next(y, "close");
      a.close();
      await closing;
      const end = [x.readyState, y.readyState, a.connectionState];
      b.close();
      return {
        twice,
        early,
        seen,
        channel: [channel.label, channel.protocol, channel.negotiated, channel.ordered, typeof channel.id],
        data,
        end,
      };
    },
  },
];

export const behaviours: readonly Behaviour[] = [...states, ...media, ...negotiation, ...connecting];
