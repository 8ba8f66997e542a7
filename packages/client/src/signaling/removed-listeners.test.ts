import { beforeEach, describe, expect, it } from "vitest";
import { RecordedSocket } from "../../test/signaling/recorded-socket.js";
import { defaultRecovery } from "../negotiation/recovery-defaults.js";
import { FakeClock } from "../testing/fake-clock.js";
import { SocketIoChannel } from "./socket-io-channel.js";

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let socket: RecordedSocket;
let passed: string[];

function open(eventPrefix = ""): SocketIoChannel {
  const settings = { clock: new FakeClock(), eventPrefix, logger: undefined, recovery: defaultRecovery };
  const channel = new SocketIoChannel(socket, settings);
  channel.reserve("r");
  channel.open({
    joinOnConnect: () => undefined,
    connected: () => passed.push("connected"),
    disconnected: () => passed.push("disconnected"),
    message: ({ event }) => passed.push(event),
  });
  return channel;
}

/** Something arrives, or a connection ends: the manager notifies its own listeners. */
async function notify(event: "packet" | "close"): Promise<void> {
  for (const watcher of socket.watchers.get(event) ?? []) watcher();
  await settled();
}

beforeEach(() => {
  socket = Object.assign(new RecordedSocket(), { connected: true, active: true });
  passed = [];
});

describe("listeners of the channel that the application removed", () => {
  it.each(["packet", "close"] as const)(
    "are added again at the next %s, and the room is joined again",
    async (event) => {
      open();
      await notify(event);
      expect(passed).toEqual([]);
      const before = [...socket.listened].sort();
      socket.removeAll("connect");
      await notify(event);
      expect([...socket.listened].sort()).toEqual(before);
      expect(passed).toEqual(["disconnected", "connected"]);
      socket.fire("exit", { room: "r", from: "them" });
      expect(passed.slice(2)).toEqual(["exit"]);
    },
  );

  it("are added again without a connection, and wait for it", async () => {
    open();
    socket.connected = false;
    socket.removeAll("disconnect");
    await notify("close");
    expect(passed).toEqual(["disconnected"]);
    expect(socket.listened).toContain("disconnect");
  });

  it.each([
    ["offer", ""],
    ["answer", ""],
    ["candidate", "sig:"],
    ["message", "sig:"],
  ])("are added again if they are those of %s alone, with the prefix %j", async (event, prefix) => {
    open(prefix);
    socket.removeAll(prefix + event);
    await notify("packet");
    expect(passed).toEqual(["disconnected", "connected"]);
    expect(socket.listened).toContain(prefix + event);
  });

  it("stay removed once the channel is closed, also just before", async () => {
    const channel = open();
    socket.removeAll("connect");
    for (const watcher of socket.watchers.get("packet") ?? []) watcher();
    channel.close();
    await settled();
    expect([passed, socket.listened]).toEqual([[], []]);
    expect([...socket.watchers.values()].map(({ size }) => size)).toEqual([0, 0]);
  });

  it("are not looked for where the socket does not show them, or has no manager", async () => {
    Object.assign(socket, { listeners: undefined });
    open();
    socket.removeAll("connect");
    await notify("packet");
    expect(passed).toEqual([]);
    socket = Object.assign(new RecordedSocket(), { connected: true, active: true, io: undefined });
    expect(() => open().close()).not.toThrow();
  });
});
