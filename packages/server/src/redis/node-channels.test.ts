import { expect, it } from "vitest";
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
  return { client, channels: new NodeChannels(client) };
}

it("publishes what is ready in the same turn in one command for each node", async () => {
  const { client, channels } = setup();
  expect(await Promise.all([channels.publish("a", 1), channels.publish("b", 2), channels.publish("a", "3")])).toEqual([
    1, 1, 1,
  ]);
  expect(client.commands).toEqual([
    ["PUBLISH", "a", 'messages\n[1,"3"]'],
    ["PUBLISH", "b", "messages\n[2]"],
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
  await expect(channels.publish("a", 1)).rejects.toThrow("closed");
});
