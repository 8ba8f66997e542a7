import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { AdapterChannel, type ServerSideEvents } from "./adapter-channel.js";
import { type NodeMessage } from "./node-message.js";

/** A namespace that records what is sent to other servers. */
class RecordedNamespace extends EventEmitter implements ServerSideEvents {
  readonly sent: unknown[][] = [];

  serverSideEmit(...event: unknown[]): boolean {
    this.sent.push(event);
    return true;
  }

  receive([event, ...args]: readonly unknown[]): void {
    this.emit(event as string, ...args);
  }
}

const kick = (id: string): NodeMessage => ({ kind: "kick", room: "r", id });

/** The channel of node `b`, with what has come through it. */
function setup(service = "/") {
  const [from, to] = [new RecordedNamespace(), new RecordedNamespace()];
  const [sender, channel] = [new AdapterChannel(from, service, "a"), new AdapterChannel(to, service, "b")];
  const messages: unknown[] = [];
  const faults: unknown[] = [];
  channel.open({ onMessage: (message) => messages.push(message), onFault: (fault) => faults.push(fault) });
  return { from, to, sender, channel, messages, faults };
}

describe("the channel of a node through an adapter", () => {
  it("sends what is ready in the same turn as one event, and the other node receives it in order", async () => {
    const { from, to, sender, messages } = setup();
    await Promise.all([sender.send("b", kick("1")), sender.send("b", kick("2"))]);
    await sender.send("b", kick("3"));
    expect(from.sent).toHaveLength(2);
    for (const event of from.sent) to.receive(event);
    expect(messages).toEqual([kick("1"), kick("2"), kick("3")]);
  });

  it("receives nothing of what is for other nodes, or for other services on the namespace", async () => {
    const { from, to, sender, messages, faults } = setup();
    await sender.send("c", kick("1"));
    await new AdapterChannel(from, "/other", "a").send("b", kick("2"));
    expect(from.sent).toHaveLength(2);
    for (const event of from.sent) to.receive(event);
    expect([messages, faults]).toEqual([[], []]);
  });

  it.each([
    ["nothing", []],
    ["an object", [{}]],
    ["a list", [[1]]],
    ["bytes", [new Uint8Array([91, 93])]],
    ["half of a text", ["[1,"]],
    ["a text of something else", ["{}"]],
    ["a call for an answer", [() => undefined]],
  ])("reports an event with %s, and goes on", async (_, args) => {
    const { from, to, sender, messages, faults } = setup();
    await sender.send("b", kick("1"));
    const [event = []] = from.sent;
    to.receive([event[0], ...args]);
    expect(faults).toMatchObject([{ message: expect.stringContaining("malformed") as string }]);
    to.receive(event);
    expect(messages).toEqual([kick("1")]);
  });

  it("listens again when it is restored after the application has removed all listeners, and only once", async () => {
    const { from, to, sender, channel, messages } = setup();
    to.removeAllListeners();
    channel.restore();
    channel.restore();
    await sender.send("b", kick("1"));
    for (const event of from.sent) to.receive(event);
    expect(messages).toEqual([kick("1")]);
  });

  it("leaves no listener behind, nor adds one when it is restored after that", () => {
    const { to, channel } = setup();
    expect(to.eventNames()).toHaveLength(1);
    channel.close();
    channel.restore();
    expect(to.eventNames()).toEqual([]);
  });

  it("rejects what an adapter throws", async () => {
    const { from, sender } = setup();
    from.serverSideEmit = () => {
      throw new Error("closed");
    };
    await expect(sender.send("b", kick("1"))).rejects.toThrow("closed");
  });
});
