import { type Server, type Socket } from "socket.io";
import { describe, expect, it } from "vitest";
import { expectSame } from "./same-message.js";
import { twoServers } from "./two-servers.js";

type Payload = Record<string, unknown>;

const link = `{"epoch":"1-abc","seq":7,"ack":0}`;
const tracks = `{"0":{"stream":"s","label":"camera"}}`;
const candidate = `{"sdpMid":"0","sdpMLineIndex":0,"sdp":"candidate:1","usernameFragment":"u"}`;
const rest = `"from":"$FROM","to":"$TO","room":"r","offerId":"o","link":${link}`;
const texts = [
  `2["offer",{${rest},"sdp":"v=0\\r\\n","tracks":${tracks}}]`,
  `2["candidate",{${rest},"candidate":${candidate}}]`,
];

/** What an application may do to a payload, that which no sane one does included. */
const changes: Record<string, (payload: Payload) => unknown> = {
  "another description": (payload) => "sdp" in payload && (payload.sdp = "v=1\r\n"),
  "a description of the same length": (payload) => "sdp" in payload && (payload.sdp = "v=1\n\n"),
  "a field more": (payload) => (payload.more = 1),
  "a field less": (payload) => delete payload.offerId,
  "a field that is undefined": (payload) => (payload.offerId = undefined),
  "another text": (payload) => (payload.offerId = "p"),
  "another sender": (payload) => (payload.from = payload.to),
  "no sender": (payload) => delete payload.from,
  "another number in the link": (payload) => ((payload.link as Payload).seq = 8),
  "a field more in the link": (payload) => ((payload.link as Payload).more = 8),
  "no link": (payload) => delete payload.link,
  "another line": (payload) => payload.candidate && ((payload.candidate as Payload).sdp = "candidate:2"),
  "another index": (payload) => payload.candidate && ((payload.candidate as Payload).sdpMLineIndex = "0"),
  "no fragment": (payload) => payload.candidate && delete (payload.candidate as Payload).usernameFragment,
  "a fragment that is null": (payload) => payload.candidate && ((payload.candidate as Payload).usernameFragment = null),
  "another candidate": (payload) => payload.candidate && (payload.candidate = { sdp: "candidate:2" }),
  "another label": (payload) => payload.tracks && ((payload.tracks as Record<string, Payload>)[0]!.label = "x"),
  "a section more": (payload) => payload.tracks && ((payload.tracks as Payload)[1] = { stream: "t" }),
  "no section": (payload) => payload.tracks && delete (payload.tracks as Payload)[0],
  "tracks that write themselves": (payload) =>
    payload.tracks &&
    (payload.tracks = Object.assign(Object.create({ toJSON: () => ({}) }) as Payload, payload.tracks)),
  "a section that writes itself": (payload) =>
    payload.tracks &&
    ((payload.tracks as Payload)[0] = Object.assign(Object.create({ toJSON: () => ({ stream: "u" }) }) as Payload, {
      stream: "s",
      label: "camera",
    })),
  "a payload that writes itself": (payload) =>
    Object.setPrototypeOf(payload, { toJSON: () => ({ to: "x" }) }) as unknown,
  "a field that is read": (payload) =>
    Object.defineProperty(payload, "offerId", { get: () => "q", enumerable: true, configurable: true }),
  "a hidden field": (payload) => Object.defineProperty(payload, "offerId", { enumerable: false }),
  "a symbol": (payload) => Object.assign(payload, { [Symbol("x")]: 1 }),
  nothing: () => undefined,
  "a copy of the link": (payload) => (payload.link = structuredClone(payload.link)),
};

type Listener = (...args: [string, ...unknown[]]) => void;

/** Where an application may change it: before the service reads it, and after the service has emitted it. */
const places: Record<string, (socket: Socket, change: (payload: Payload) => unknown) => unknown> = {
  "a middleware of the socket": (socket, change) =>
    socket.use(([event, payload], next) => {
      if (isRelayed(event)) change(payload as Payload);
      next();
    }),
  "a middleware that takes its time": (socket, change) =>
    socket.use(([event, payload], next) => {
      if (isRelayed(event)) change(payload as Payload);
      // In order, and after whatever arrives with it.
      setTimeout(next, 2);
    }),
  onAny: (socket, change) =>
    socket.onAny(((event, payload) => {
      if (isRelayed(event)) change(payload as Payload);
    }) as Listener),
  "a listener of the same event": (socket, change) => {
    for (const event of ["offer", "candidate"]) socket.on(event, change);
  },
  onAnyOutgoing: (socket, change) =>
    socket.onAnyOutgoing(((event, payload) => {
      if (isRelayed(event)) change(payload as Payload);
    }) as Listener),
};

function isRelayed(event: unknown): boolean {
  return event === "offer" || event === "candidate";
}

const onSockets =
  (listen: (socket: Socket) => unknown) =>
  (io: Server): void => {
    io.on("connection", (socket) => void listen(socket));
  };

describe.each(Object.entries(places))("in %s", (_, place) => {
  it.each(Object.entries(changes))("%s reaches the receiver as without the parser", async (_name, change) => {
    const { fast, plain } = await twoServers({ prepare: onSockets((socket) => place(socket, change)) });
    const [received, expected] = [await fast.send(texts), await plain.send(texts)];
    received.forEach((got, index) => expectSame(got, expected[index] ?? []));
    expect(fast.replies).toEqual(plain.replies);
  });
});

describe("an application that changes packets", () => {
  it("as a whole: another payload, or an argument more", async () => {
    const replaced = onSockets((socket) =>
      socket.use((packet, next) => {
        if (packet[0] === "offer") packet[1] = { ...(packet[1] as Payload), sdp: "v=2" };
        if (packet[0] === "candidate") packet.push("more");
        next();
      }),
    );
    const { fast, plain } = await twoServers({ prepare: replaced });
    const [received, expected] = [await fast.send(texts), await plain.send(texts)];
    received.forEach((got, index) => expectSame(got, expected[index] ?? []));
    expect(JSON.stringify(received[0])).toContain("v=2");
  });

  it("sends it elsewhere: to a peer and a room that the text does not name", async () => {
    const readdressed = onSockets((socket) =>
      socket.use(([event, payload], next) => {
        if (isRelayed(event)) Object.assign(payload as Payload, { to: (payload as Payload).offerId, room: "r" });
        next();
      }),
    );
    const { fast, plain } = await twoServers({ prepare: readdressed });
    const elsewhere = ['"to":"$FROM"', '"to":"$TO"'].flatMap((to) =>
      ["r", "s"].map((room) => `2["offer",{"from":"$FROM",${to},"room":"${room}","sdp":"v=0","offerId":"$TO"}]`),
    );
    const [received, expected] = [await fast.send(elsewhere), await plain.send(elsewhere)];
    received.forEach((got, index) => expectSame(got, expected[index] ?? []));
    expect(received.map((got) => got.length)).toEqual([1, 1, 1, 1]);
  });

  it("sends a copy of a message that is being relayed, in an order of its own", async () => {
    const copied = onSockets((socket) => {
      let copying = false;
      socket.onAnyOutgoing(((event, payload) => {
        if (!isRelayed(event) || copying) return;
        copying = true;
        socket.emit(event, { ...(payload as Payload) });
        socket.emit(event, payload, "more");
        copying = false;
      }) as Listener);
    });
    const { fast, plain } = await twoServers({ prepare: copied });
    const [received, expected] = [await fast.send(texts), await plain.send(texts)];
    expect(received.map((got) => got.length)).toEqual([3, 3]);
    received.forEach((got, index) => {
      expect(got.slice(0, 2)).toEqual(expected[index]?.slice(0, 2));
      expectSame(got, expected[index] ?? []);
    });
  });

  it("leaves the fast way to those that it does not change", async () => {
    const { fast } = await twoServers({
      prepare: onSockets((socket) => {
        socket.use((_packet, next) => next());
        socket.onAny(() => undefined);
        socket.onAnyOutgoing(() => undefined);
        socket.on("offer", () => undefined);
      }),
    });
    expect(await fast.send(texts)).toEqual(texts.map((text) => [text]));
  });
});
