import type { Behavior } from "./behavior.js";

export const connectingBehaviors: readonly Behavior[] = [
  {
    name: "connection states, negotiated and in-band data channels, and close",
    run: async ({ create, exchange }) => {
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
        x.send("early");
      } catch (error) {
        early = (error as Error).name;
      }
      const inBand = a.createDataChannel("in-band", { protocol: "p" });
      const announced = next(b, "datachannel") as Promise<RTCDataChannelEvent>;
      const opened = Promise.all([next(x, "open"), next(y, "open"), next(inBand, "open")]);
      await exchange(a, b);
      const { channel } = await announced;
      await opened;
      const received = next(y, "message") as Promise<MessageEvent<unknown>>;
      x.send("hello");
      const { data } = await received;
      const closing = next(y, "close");
      a.close();
      await closing;
      const closed = [x.readyState, y.readyState, a.connectionState];
      b.close();
      return {
        twice,
        early,
        seen,
        channel: [channel.label, channel.protocol, channel.negotiated, channel.ordered, typeof channel.id],
        data,
        closed,
      };
    },
    expected: {
      twice: "OperationError",
      early: "InvalidStateError",
      seen: ["connecting", "connected"],
      channel: ["in-band", "p", false, true, "number"],
      data: "hello",
      closed: ["closed", "closed", "closed"],
    },
  },
];
