import { expect, it } from "vitest";
import { Keys } from "./keys.js";
import { NodeChannels } from "./node-channels.js";

class RecordedClient {
  readonly commands: string[][] = [];
  failure: Error | undefined;

  sendCommand(args: string[]): Promise<unknown> {
    this.commands.push(args);
    if (this.failure !== undefined) throw this.failure;
    return Promise.resolve(1);
  }
}

function setup() {
  const client = new RecordedClient();
  return { client, channels: new NodeChannels(client, new Keys("sig")) };
}

it("publishes what is ready in the same turn in one command for each node", async () => {
  const { client, channels } = setup();
  await Promise.all([channels.publish("a.lists", 1), channels.publish("b.lists", 2), channels.publish("a.lists", "3")]);
  expect(client.commands).toEqual([
    ["PUBLISH", "sig:node:a.lists", 'messages\n[1,"3"]'],
    ["PUBLISH", "sig:node:b.lists", "messages\n[2]"],
  ]);
});

it("publishes each message by itself to a node that reads no lists, in order", async () => {
  const { client, channels } = setup();
  void channels.publish("a", 1);
  void channels.publish("a", { text: "\n" });
  void channels.sendCommand(["EVALSHA"]);
  await channels.publish("a", "3");
  expect(client.commands).toEqual([
    ["PUBLISH", "sig:node:a", "message\n1"],
    ["PUBLISH", "sig:node:a", 'message\n{"text":"\\n"}'],
    ["EVALSHA"],
    ["PUBLISH", "sig:node:a", 'message\n"3"'],
  ]);
});

it("sends every other command behind the messages from before", async () => {
  const { client, channels } = setup();
  void channels.publish("a", 1);
  void channels.sendCommand(["EVALSHA"]);
  await channels.publish("a", 2);
  expect(client.commands.map(([name]) => name)).toEqual(["PUBLISH", "EVALSHA", "PUBLISH"]);
});

it("rejects where the client throws", async () => {
  const { client, channels } = setup();
  client.failure = new Error("closed");
  for (const node of ["a", "a.lists"]) await expect(channels.publish(node, 1)).rejects.toThrow("closed");
});
