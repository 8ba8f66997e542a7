import { expect, it } from "vitest";
import { NodeChannels } from "./node-channels.js";

class RecordedClient {
  readonly commands: string[][] = [];
  failure: Error | undefined;

  async sendCommand(args: string[]): Promise<unknown> {
    this.commands.push(args);
    if (this.failure !== undefined) throw this.failure;
    return 1;
  }
}

function setup() {
  const client = new RecordedClient();
  return { client, channels: new NodeChannels(client) };
}

it("publishes what is ready in the same turn in one command for each node", async () => {
  const { client, channels } = setup();
  const published = Promise.all([
    channels.publish("a", 1),
    channels.publish("b", { x: 2 }),
    channels.publish("a", "3"),
  ]);
  expect(client.commands).toEqual([]);
  expect(await published).toEqual([1, 1, 1]);
  await channels.publish("a", 4);
  expect(client.commands).toEqual([
    ["PUBLISH", "a", 'messages\n[1,"3"]'],
    ["PUBLISH", "b", 'messages\n[{"x":2}]'],
    ["PUBLISH", "a", "messages\n[4]"],
  ]);
});

it("sends every other command behind the messages from before", async () => {
  const { client, channels } = setup();
  void channels.publish("a", 1);
  void channels.sendCommand(["EVALSHA"]);
  await channels.publish("a", 2);
  expect(client.commands.map(([name]) => name)).toEqual(["PUBLISH", "EVALSHA", "PUBLISH"]);
});

it("publishes long messages at once", () => {
  const { client, channels } = setup();
  for (let count = 0; count < 3; count += 1) void channels.publish("a", "x".repeat(200_000));
  expect(client.commands).toHaveLength(1);
});

it("publishes null for a value that JSON does not have", async () => {
  const { client, channels } = setup();
  await channels.publish("a", undefined);
  expect(client.commands).toEqual([["PUBLISH", "a", "messages\n[null]"]]);
});

it("rejects every message of a command that fails, and goes on", async () => {
  const { client, channels } = setup();
  client.failure = new Error("gone");
  const results = await Promise.allSettled([channels.publish("a", 1), channels.publish("a", 2)]);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  client.failure = undefined;
  expect(await channels.publish("a", 3)).toBe(1);
});
