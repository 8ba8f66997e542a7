import type { Behavior } from "./behavior.js";

export const closingBehaviors: readonly Behavior[] = [
  {
    name: "K03: the events of channels when one end closes them, or its connection",
    run: async ({ create, trickle, exchange, next, wait }) => {
      const [a, b] = [create(), create()];
      trickle(a, b);
      const seen: Record<string, string[]> = {};
      const errors: unknown[] = [];
      const watch = (name: string, channel: RTCDataChannel): void => {
        const events: string[] = (seen[name] = []);
        for (const type of ["closing", "error", "close"])
          channel.addEventListener(type, (event) => {
            events.push(`${type} (${channel.readyState})`);
            const { error } = event as Partial<RTCErrorEvent>;
            if (error !== undefined) errors.push([error.name, error.errorDetail, error.sctpCauseCode]);
          });
      };
      const one = a.createDataChannel("one");
      const two = a.createDataChannel("two");
      watch("one, at the end that closes it", one);
      watch("two, at the end that hangs up", two);
      const channels: RTCDataChannel[] = [];
      const announced = new Promise<void>((resolve) => {
        b.addEventListener("datachannel", ({ channel }) => {
          channels.push(channel);
          watch(`${channel.label}, at the other end`, channel);
          if (channels.length === 2) resolve();
        });
      });
      const opened = Promise.all([next(one, "open"), next(two, "open")]);
      await exchange(a, b);
      await opened;
      await announced;
      const [first, second] = channels as [RTCDataChannel, RTCDataChannel];
      const received = Promise.all([next(first, "message"), next(second, "message")]);
      for (const channel of [one, two]) channel.send("hello");
      await received;
      // Firefox sometimes loses the end of a channel while its last message is not acknowledged, which may take 200 ms.
      await wait(300);
      const closed = next(first, "close");
      one.close();
      await closed;
      const hungUp = Promise.all([next(two, "close"), next(second, "close")]);
      a.close();
      const states = { "readyState right after close()": two.readyState, "sctp.state right after it": b.sctp?.state };
      await hungUp;
      while (b.sctp?.state !== "closed") await wait(10);
      const later = { "sctp.state of the other end": b.sctp.state, "its connectionState": b.connectionState };
      b.close();
      return { ...states, ...seen, errors, ...later };
    },
    expected: {
      "readyState right after close()": "open",
      "sctp.state right after it": "connected",
      "one, at the end that closes it": ["close (closed)"],
      "one, at the other end": ["closing (closing)", "close (closed)"],
      "two, at the end that hangs up": ["closing (closing)", "close (closed)"],
      "two, at the other end": ["closing (closing)", "error (closed)", "close (closed)"],
      errors: [["OperationError", "sctp-failure", 12]],
      "sctp.state of the other end": "closed",
      "its connectionState": "connected",
    },
    firefox: {
      "two, at the end that hangs up": ["close (closed)"],
      "two, at the other end": ["closing (closing)", "close (closed)"],
      errors: [],
    },
  },
  {
    name: "K03: close() ends channels and received tracks a task later",
    run: async ({ create, stream, trickle, next, thrown }) => {
      const [a, b] = [create(), create()];
      trickle(a, b);
      const channel = a.createDataChannel("x");
      const unopened = create();
      const never = unopened.createDataChannel("x");
      const media = stream("audio");
      b.addTrack(media.getTracks()[0]!, media);
      await b.setLocalDescription();
      await a.setRemoteDescription(b.localDescription!);
      const { track } = a.getReceivers()[0]!;
      const seen: string[] = [];
      track.addEventListener("ended", () => seen.push("ended"));
      never.addEventListener("close", () => seen.push("close of a channel that never opened"));
      const ended = Promise.all([next(track, "ended"), next(never, "close")]);
      a.close();
      unopened.close();
      const atOnce = [track.readyState, channel.readyState, never.readyState];
      const sent = thrown(() => channel.send("x"));
      await ended;
      b.close();
      return {
        "right after close()": atOnce,
        "send() on a channel that never opened": sent,
        later: [track.readyState, channel.readyState, never.readyState],
        events: seen.sort(),
      };
    },
    expected: {
      "right after close()": ["live", "connecting", "connecting"],
      "send() on a channel that never opened": "InvalidStateError",
      later: ["ended", "closed", "closed"],
      events: ["close of a channel that never opened", "ended"],
    },
  },
  {
    name: "K13: close() in `datachannel`, and listeners added after it",
    run: async ({ create, trickle, exchange, next, wait }) => {
      const [a, b] = [create(), create()];
      trickle(a, b);
      const seen: string[] = [];
      const closes = (event: RTCDataChannelEvent): void => {
        const { channel } = event;
        seen.push(`datachannel (${channel.readyState})`);
        for (const type of ["open", "closing", "close"])
          channel.addEventListener(type, () => seen.push(`${type} (${channel.readyState})`));
        channel.close();
        seen.push(channel.readyState);
      };
      b.addEventListener("datachannel", closes);
      const first = a.createDataChannel("first");
      const closed = next(first, "close");
      await exchange(a, b);
      await closed;
      while (seen.at(-1) !== "close (closed)") await wait(10);
      b.removeEventListener("datachannel", closes);
      const second = a.createDataChannel("second");
      const opened = next(second, "open");
      const { channel } = (await next(b, "datachannel")) as RTCDataChannelEvent;
      await next(channel, "open");
      await opened;
      second.send("hello");
      const { data } = (await next(channel, "message")) as MessageEvent<string>;
      for (const one of [a, b]) one.close();
      return { "closed in its event": seen, "a listener added after awaiting the event": `open, ${data}` };
    },
    expected: {
      "closed in its event": ["datachannel (open)", "closing", "close (closed)"],
      "a listener added after awaiting the event": "open, hello",
    },
  },
];
