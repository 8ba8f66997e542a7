import type { Behavior } from "./behavior.js";

export const argumentsBehaviors: readonly Behavior[] = [
  {
    name: "K15: the arguments of createDataChannel()",
    run: async ({ create, thrown }) => {
      const a = create();
      const make = (label: unknown, init: unknown): string =>
        thrown(() => a.createDataChannel(label as string, init as RTCDataChannelInit));
      const observations: Record<string, unknown> = {};
      for (const id of [65_534, 65_535, 65_536, -1, "7", Number.NaN, undefined])
        observations[`negotiated, id ${String(id)}`] = make("x", { negotiated: true, id });
      observations["the same id again"] = make("x", { negotiated: true, id: 7 });
      observations["not negotiated, id 65535"] = make("x", { id: 65_535 });
      observations["a label of 65,535 bytes"] = make("x".repeat(65_535), {});
      observations["a label of 65,536 bytes"] = make("é".repeat(32_768), {});
      observations["a protocol of 65,536 bytes"] = make("x", { protocol: "x".repeat(65_536) });
      for (const [maxRetransmits, maxPacketLifeTime] of [
        [1, 1],
        [null, 1],
        [-1, undefined],
        [65_536, undefined],
        [65_535, undefined],
      ])
        observations[`${String(maxRetransmits)} retransmits, a lifetime of ${String(maxPacketLifeTime)}`] = make("x", {
          maxRetransmits,
          maxPacketLifeTime,
        });
      observations["no label"] = thrown(() => (a.createDataChannel as unknown as () => void)());
      observations["labels that are not strings"] = [null, undefined, 5].map(
        (label) => a.createDataChannel(label as unknown as string).label,
      );
      a.close();
      await Promise.resolve();
      return observations;
    },
    expected: {
      "negotiated, id 65534": "done",
      "negotiated, id 65535": "TypeError",
      "negotiated, id 65536": "TypeError",
      "negotiated, id -1": "TypeError",
      "negotiated, id 7": "done",
      "negotiated, id NaN": "TypeError",
      "negotiated, id undefined": "TypeError",
      "the same id again": "OperationError",
      "not negotiated, id 65535": "done",
      "a label of 65,535 bytes": "done",
      "a label of 65,536 bytes": "TypeError",
      "a protocol of 65,536 bytes": "TypeError",
      "1 retransmits, a lifetime of 1": "TypeError",
      "null retransmits, a lifetime of 1": "TypeError",
      "-1 retransmits, a lifetime of undefined": "TypeError",
      "65536 retransmits, a lifetime of undefined": "TypeError",
      "65535 retransmits, a lifetime of undefined": "done",
      "no label": "TypeError",
      "labels that are not strings": ["null", "undefined", "5"],
    },
  },
  {
    name: "K15: the ids of channels",
    run: async ({ create, trickle, exchange, next, thrown, wait }) => {
      const [a, b] = [create(), create()];
      trickle(a, b);
      const [one, two, three] = [
        a.createDataChannel("1", { id: 9 }),
        b.createDataChannel("2"),
        a.createDataChannel("3"),
      ] as const;
      const negotiated = a.createDataChannel("taken", { negotiated: true, id: 1 });
      const before = [one.id, two.id, three.id, negotiated.id];
      const opened = Promise.all([one, two, three].map((channel) => next(channel, "open")));
      await exchange(a, b);
      await opened;
      const ids = [one.id, two.id, three.id];
      const later = a.createDataChannel("later");
      const ofB = b.createDataChannel("later");
      const atOnce = [later.id, later.readyState, ofB.id, ofB.readyState];
      const again = thrown(() => a.createDataChannel("x", { negotiated: true, id: later.id! }));
      await next(later, "open");
      later.close();
      await next(later, "close");
      await wait(100);
      const reused = a.createDataChannel("reused").id === later.id;
      for (const connection of [a, b]) connection.close();
      return {
        "before the exchange": before,
        "the offering end has odd ones, the other even ones": ids,
        "on a connection that is connected": atOnce,
        "an id in use": again,
        "the id of a closed channel is used again": reused,
      };
    },
    expected: {
      "before the exchange": [null, null, null, 1],
      "the offering end has odd ones, the other even ones": [3, 0, 5],
      "on a connection that is connected": [7, "connecting", 2, "connecting"],
      "an id in use": "OperationError",
      "the id of a closed channel is used again": true,
    },
  },
  {
    name: "K16: the arguments of addTransceiver(), addTrack(), removeTrack() and replaceTrack()",
    run: async ({ create, stream, outcome, thrown }) => {
      const a = create();
      const add = (kind: unknown, init?: unknown): string =>
        thrown(() => a.addTransceiver(kind as string, init as RTCRtpTransceiverInit));
      const encodings = (...sendEncodings: RTCRtpEncodingParameters[]): string => add("video", { sendEncodings });
      const [audio] = stream("audio").getTracks() as [MediaStreamTrack];
      const [video] = stream("video").getTracks() as [MediaStreamTrack];
      const transceiver = a.addTransceiver("audio");
      const { sender } = transceiver;
      const direction = (value: string): string =>
        thrown(() => {
          transceiver.direction = value as RTCRtpTransceiverDirection;
        });
      const replace = (...given: unknown[]): Promise<string> =>
        outcome(() => (sender.replaceTrack as (...args: unknown[]) => Promise<void>)(...given));
      const observations: Record<string, unknown> = {
        "kinds text, an empty one, null, an object": [add("text"), add(""), add(null), add({})],
        "directions foo, null, undefined": [
          add("audio", { direction: "foo" }),
          add("audio", { direction: null }),
          add("audio", { direction: undefined }),
        ],
        "streams that are not streams": add("video", { streams: [{}] }),
        "rids a and b": encodings({ rid: "a" }, { rid: "b" }),
        "rid ä": encodings({ rid: "ä" }),
        "rid with a space": encodings({ rid: "a b" }),
        "rid of 16 characters": encodings({ rid: "a".repeat(16) }),
        "rid of 17 characters": encodings({ rid: "a".repeat(17) }),
        "rid with a dash": encodings({ rid: "a-b" }),
        "the same rid twice": encodings({ rid: "a" }, { rid: "a" }),
        "one encoding with a rid and one without": encodings({ rid: "a" }, {}),
        "two encodings without a rid": encodings({}, {}),
        "no encodings": encodings(),
        "scaleResolutionDownBy 0.5": encodings({ scaleResolutionDownBy: 0.5 }),
        "maxFramerate -1": encodings({ maxFramerate: -1 }),
        "an unknown priority": encodings({ priority: "foo" as RTCPriorityType }),
        "direction = foo, stopped": [direction("foo"), transceiver.direction, direction("stopped")],
        "addTrack with null, {}, and a stream that is not one": [
          thrown(() => a.addTrack(null as never)),
          thrown(() => a.addTrack({} as never)),
          thrown(() => a.addTrack(audio, {} as never)),
        ],
        "removeTrack with null": thrown(() => a.removeTrack(null as never)),
        "replaceTrack with video, {}, undefined, null, nothing": [
          await replace(video),
          await replace({}),
          await replace(undefined),
          await replace(null),
          await replace(),
        ],
      };
      transceiver.stop();
      observations["a stopped one: direction = inactive, stop(), setStreams(), removeTrack(), replaceTrack()"] = [
        direction("inactive"),
        thrown(() => transceiver.stop()),
        thrown(() => sender.setStreams()),
        thrown(() => a.removeTrack(sender)),
        await replace(null),
      ];
      a.close();
      return observations;
    },
    expected: {
      "kinds text, an empty one, null, an object": ["TypeError", "TypeError", "TypeError", "TypeError"],
      "directions foo, null, undefined": ["TypeError", "TypeError", "done"],
      "streams that are not streams": "TypeError",
      "rids a and b": "done",
      "rid ä": "TypeError",
      "rid with a space": "TypeError",
      "rid of 16 characters": "done",
      "rid of 17 characters": "TypeError",
      "rid with a dash": "InvalidAccessError",
      "the same rid twice": "done",
      "one encoding with a rid and one without": "InvalidAccessError",
      "two encodings without a rid": "done",
      "no encodings": "done",
      "scaleResolutionDownBy 0.5": "RangeError",
      "maxFramerate -1": "RangeError",
      "an unknown priority": "TypeError",
      "direction = foo, stopped": ["done", "sendrecv", "TypeError"],
      "addTrack with null, {}, and a stream that is not one": ["TypeError", "TypeError", "TypeError"],
      "removeTrack with null": "TypeError",
      "replaceTrack with video, {}, undefined, null, nothing": ["TypeError", "TypeError", "done", "done", "TypeError"],
      "a stopped one: direction = inactive, stop(), setStreams(), removeTrack(), replaceTrack()": [
        "InvalidStateError",
        "done",
        "done",
        "done",
        "InvalidStateError",
      ],
    },
    firefox: {
      "rid with a dash": "TypeError",
      "the same rid twice": "TypeError",
      "one encoding with a rid and one without": "TypeError",
      "two encodings without a rid": "TypeError",
    },
    // As in W3C and Firefox.
    fake: { "the same rid twice": "TypeError", "two encodings without a rid": "TypeError" },
  },
  {
    name: "K16: sendEncodings and setParameters() are kept",
    run: async ({ create, outcome, stream }) => {
      const a = create();
      const kept = (
        kind: string,
        sendEncodings: RTCRtpEncodingParameters[],
      ): Pick<RTCRtpEncodingParameters, "rid" | "active" | "maxBitrate" | "maxFramerate" | "scaleResolutionDownBy">[] =>
        a
          .addTransceiver(kind, { sendEncodings })
          .sender.getParameters()
          .encodings.map(
            ({ rid, active, maxBitrate, maxFramerate, scaleResolutionDownBy }) =>
              JSON.parse(JSON.stringify({ rid, active, maxBitrate, maxFramerate, scaleResolutionDownBy })) as object,
          );
      const observations: Record<string, unknown> = {
        "none, for video": kept("video", []),
        "none, for audio": kept("audio", []),
        "for audio": kept("audio", [{ maxBitrate: 5, scaleResolutionDownBy: 2, maxFramerate: 5 }]),
        "two, one with all members": kept("video", [
          { rid: "h", active: false, maxBitrate: 1000, scaleResolutionDownBy: 2, maxFramerate: 5 },
          { rid: "l" },
        ]),
        "three rids": kept("video", [{ rid: "1" }, { rid: "2" }, { rid: "3" }]),
        "one rid": kept("video", [{ rid: "1" }]),
        "five rids": kept(
          "video",
          ["1", "2", "3", "4", "5"].map((rid) => ({ rid })),
        ).length,
      };
      const sender = a.addTrack(stream("video").getTracks()[0]!);
      const set = (edit: (parameters: RTCRtpSendParameters) => void): Promise<string> => {
        const parameters = sender.getParameters();
        edit(parameters);
        return outcome(() => sender.setParameters(parameters));
      };
      observations["setParameters with maxBitrate and active"] = [
        await set(({ encodings: [first] }) => Object.assign(first!, { maxBitrate: 1000, active: false })),
        sender.getParameters().encodings.map(({ maxBitrate, active }) => [maxBitrate, active]),
      ];
      observations.degradationPreference = [
        await set((parameters) => (parameters.degradationPreference = "maintain-framerate")),
        sender.getParameters().degradationPreference,
      ];
      observations["another number of encodings"] = await set(({ encodings }) => encodings.push({ active: true }));
      observations["no encodings"] = await set(
        (parameters) => delete (parameters as { encodings?: unknown }).encodings,
      );
      observations["another rid"] = await set(({ encodings: [first] }) => (first!.rid = "x"));
      observations["another transactionId"] = await set((parameters) => (parameters.transactionId = "x"));
      observations["scaleResolutionDownBy 0.5"] = await set(
        ({ encodings: [first] }) => (first!.scaleResolutionDownBy = 0.5),
      );
      observations["maxFramerate -1"] = await set(({ encodings: [first] }) => (first!.maxFramerate = -1));
      const parameters = sender.getParameters();
      observations["the same parameters twice"] = [
        await outcome(() => sender.setParameters(parameters)),
        await outcome(() => sender.setParameters(parameters)),
      ];
      a.close();
      observations["on a closed connection"] = await set(() => undefined);
      return observations;
    },
    expected: {
      "none, for video": [{ active: true, scaleResolutionDownBy: 1 }],
      "none, for audio": [{ active: true }],
      "for audio": [{ active: true, maxBitrate: 5 }],
      "two, one with all members": [
        { rid: "h", active: false, maxBitrate: 1000, maxFramerate: 5, scaleResolutionDownBy: 2 },
        { rid: "l", active: true, scaleResolutionDownBy: 1 },
      ],
      "three rids": [
        { rid: "1", active: true, scaleResolutionDownBy: 4 },
        { rid: "2", active: true, scaleResolutionDownBy: 2 },
        { rid: "3", active: true, scaleResolutionDownBy: 1 },
      ],
      "one rid": [{ active: true, scaleResolutionDownBy: 1 }],
      "five rids": 3,
      "setParameters with maxBitrate and active": ["done", [[1000, false]]],
      degradationPreference: ["done", "maintain-framerate"],
      "another number of encodings": "InvalidModificationError",
      "no encodings": "TypeError",
      "another rid": "InvalidModificationError",
      "another transactionId": "InvalidModificationError",
      "scaleResolutionDownBy 0.5": "RangeError",
      "maxFramerate -1": "RangeError",
      "the same parameters twice": ["done", "InvalidStateError"],
      "on a closed connection": "InvalidStateError",
    },
    firefox: { "another number of encodings": "TypeError", "the same parameters twice": ["done", "done"] },
  },
];
