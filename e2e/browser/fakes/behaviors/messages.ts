import type { Behavior } from "./behavior.js";

export const messagesBehaviors: readonly Behavior[] = [
  {
    name: "K02: send() refuses more than sctp.maxMessageSize, and a full queue",
    run: async ({ create, trickle, exchange, next, thrown, wait }) => {
      const [a, b] = [create(), create()];
      trickle(a, b);
      const channel = a.createDataChannel("x");
      const early = a.sctp;
      const opened = next(channel, "open");
      await exchange(a, b);
      await opened;
      const send = (data: unknown): string => thrown(() => channel.send(data as string));
      const observations: Record<string, unknown> = {
        "sctp before an exchange": early,
        maxMessageSize: a.sctp?.maxMessageSize,
        "text of 262,144 bytes": send("a".repeat(262_144)),
        "text of 262,145 bytes": send("a".repeat(262_145)),
        "text of 262,146 bytes in 131,073 characters": send("é".repeat(131_073)),
        "a buffer of 262,144 bytes": send(new ArrayBuffer(262_144)),
        "a buffer of 262,145 bytes": send(new ArrayBuffer(262_145)),
        "a view of 262,145 bytes": send(new Uint8Array(262_145)),
        "a Blob of 262,145 bytes": send(new Blob([new Uint8Array(262_145)])),
        null: send(null),
        "no argument": thrown(() => (channel.send as () => void)()),
      };
      while (channel.bufferedAmount > 0) await wait(10);
      let sent = 0;
      let error = "done";
      while (sent < 70 && error === "done") {
        error = send(new ArrayBuffer(262_144));
        if (error === "done") sent++;
      }
      observations["calls of 262,144 bytes that go into the queue"] = sent;
      observations["the call after them"] = error;
      channel.close();
      observations["while closing"] = send("x");
      await next(channel, "close");
      observations["once closed"] = send("x");
      observations["too large, once closed"] = send("a".repeat(262_145));
      for (const one of [a, b]) one.close();
      return observations;
    },
    expected: {
      "sctp before an exchange": null,
      maxMessageSize: 262_144,
      "text of 262,144 bytes": "done",
      "text of 262,145 bytes": "TypeError",
      "text of 262,146 bytes in 131,073 characters": "TypeError",
      "a buffer of 262,144 bytes": "done",
      "a buffer of 262,145 bytes": "TypeError",
      "a view of 262,145 bytes": "TypeError",
      "a Blob of 262,145 bytes": "TypeError",
      null: "done",
      "no argument": "TypeError",
      "calls of 262,144 bytes that go into the queue": 64,
      "the call after them": "OperationError",
      "while closing": "InvalidStateError",
      "once closed": "InvalidStateError",
      "too large, once closed": "InvalidStateError",
    },
    // It takes messages of up to a GiB, has no bound for its queue, and drops what a closed channel sends.
    firefox: {
      maxMessageSize: 1_073_741_823,
      "text of 262,145 bytes": "done",
      "text of 262,146 bytes in 131,073 characters": "done",
      "a buffer of 262,145 bytes": "done",
      "a view of 262,145 bytes": "done",
      "a Blob of 262,145 bytes": "done",
      "calls of 262,144 bytes that go into the queue": 70,
      "the call after them": "done",
      "while closing": "done",
      "once closed": "done",
      "too large, once closed": "done",
    },
  },
  {
    name: "K02: a=max-message-size of the other end bounds send()",
    run: async ({ create, trickle, next, thrown }) => {
      const observations: Record<string, unknown> = {};
      for (const line of ["a=max-message-size:1000", "a=max-message-size:0", "", "a=max-message-size:100000000"]) {
        const [a, b] = [create(), create()];
        trickle(a, b);
        const channel = a.createDataChannel("x");
        const opened = next(channel, "open");
        await a.setLocalDescription();
        await b.setRemoteDescription(a.localDescription!);
        await b.setLocalDescription();
        const { sdp } = b.localDescription!;
        await a.setRemoteDescription({
          type: "answer",
          sdp: sdp.replace(/a=max-message-size.*\r\n/, line === "" ? "" : `${line}\r\n`),
        });
        await opened;
        observations[line] = [1000, 1001, 65_536, 65_537, 262_144].map((size) =>
          thrown(() => channel.send("a".repeat(size))),
        );
        for (const one of [a, b]) one.close();
      }
      return observations;
    },
    expected: {
      "a=max-message-size:1000": ["done", "TypeError", "TypeError", "TypeError", "TypeError"],
      "a=max-message-size:0": ["done", "done", "done", "done", "done"],
      "": ["done", "done", "done", "TypeError", "TypeError"],
      "a=max-message-size:100000000": ["done", "done", "done", "done", "done"],
    },
  },
  {
    name: "K04: Blobs, views, and binaryType",
    run: async ({ create, trickle, exchange, next, wait }) => {
      const [a, b] = [create(), create()];
      trickle(a, b);
      const [x, y] = [a, b].map((one) => one.createDataChannel("x", { negotiated: true, id: 0 })) as [
        RTCDataChannel,
        RTCDataChannel,
      ];
      const opened = Promise.all([next(x, "open"), next(y, "open")]);
      await exchange(a, b);
      await opened;
      const received: (string | ArrayBuffer | Blob)[] = [];
      y.addEventListener("message", ({ data }: MessageEvent<string | ArrayBuffer | Blob>) => received.push(data));
      const take = async (count: number): Promise<string[]> => {
        while (received.length < count) await wait(10);
        return Promise.all(
          received.splice(0).map(async (data) => {
            if (typeof data === "string") return `text ${data}`;
            const bytes = new Uint8Array(data instanceof Blob ? await data.arrayBuffer() : data);
            return `${data.constructor.name} ${bytes.join()}`;
          }),
        );
      };
      const types: string[] = [y.binaryType];
      x.send(new Blob([new Uint8Array([1, 2, 3])], { type: "text/plain" }));
      const { bufferedAmount } = x;
      x.send(new Uint8Array([4, 5, 6, 7]).subarray(1, 3));
      x.send(new DataView(new ArrayBuffer(2)));
      const asBuffers = await take(3);
      x.send(new Blob(["ä"]));
      x.send("after a Blob");
      const inOrder = await take(2);
      y.binaryType = "blob";
      types.push(y.binaryType);
      y.binaryType = "nodebuffer" as BinaryType;
      types.push(y.binaryType);
      const changed = new Uint8Array([9]);
      x.send(changed);
      changed[0] = 8;
      x.send(new Blob([]));
      x.send(new ArrayBuffer(0));
      const asBlobs = await take(3);
      x.send("");
      const text = await take(1);
      for (const one of [a, b]) one.close();
      return {
        "binaryType: default, set, set to another string": types,
        "bufferedAmount of a Blob of 3 bytes": bufferedAmount,
        "a Blob and two views": asBuffers,
        "a Blob and text": inOrder,
        "as Blobs": asBlobs,
        "empty text": text,
      };
    },
    expected: {
      "binaryType: default, set, set to another string": ["arraybuffer", "blob", "blob"],
      "bufferedAmount of a Blob of 3 bytes": 3,
      "a Blob and two views": ["ArrayBuffer 1,2,3", "ArrayBuffer 5,6", "ArrayBuffer 0,0"],
      "a Blob and text": ["text after a Blob", "ArrayBuffer 195,164"],
      "as Blobs": ["Blob 9", "Blob ", "Blob "],
      "empty text": ["text "],
    },
    firefox: { "a Blob and text": ["ArrayBuffer 195,164", "text after a Blob"] },
  },
  {
    name: "K20: each message and each bufferedamountlow has a task of its own",
    run: async ({ create, trickle, exchange, next }) => {
      const [a, b] = [create(), create()];
      trickle(a, b);
      const [x, y] = [a, b].map((one) => one.createDataChannel("x", { negotiated: true, id: 0 })) as [
        RTCDataChannel,
        RTCDataChannel,
      ];
      const opened = Promise.all([next(x, "open"), next(y, "open")]);
      await exchange(a, b);
      await opened;
      const seen: string[] = [];
      const note = (text: string): void => {
        seen.push(text);
        void Promise.resolve().then(() => seen.push(`after ${text}`));
      };
      x.addEventListener("bufferedamountlow", () => note("low"));
      x.send("hello");
      const before = x.bufferedAmount;
      const first = await (next(y, "message") as Promise<MessageEvent<string>>);
      note("message");
      await Promise.resolve();
      x.send("one");
      x.send("two");
      const second = await (next(y, "message") as Promise<MessageEvent<string>>);
      const third = await (next(y, "message") as Promise<MessageEvent<string>>);
      for (const one of [a, b]) one.close();
      return {
        "the first": seen.slice(0, 4),
        "bufferedAmount right after send()": before,
        "awaited one by one": [first.data, second.data, third.data],
      };
    },
    expected: {
      "the first": ["low", "after low", "message", "after message"],
      "bufferedAmount right after send()": 5,
      "awaited one by one": ["hello", "one", "two"],
    },
  },
];
