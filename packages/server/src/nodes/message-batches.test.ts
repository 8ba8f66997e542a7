import { expect, it } from "vitest";
import { MessageBatches } from "./message-batches.js";

function setup() {
  const sent: [receiver: string, ...messages: string[]][] = [];
  const failures: Error[] = [];
  const batches = new MessageBatches(async (receiver, messages) => {
    sent.push([receiver, ...messages]);
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
    return sent.length;
  });
  return { sent, failures, batches };
}

it("sends what is ready in the same turn as one list for each receiver", async () => {
  const { sent, batches } = setup();
  const results = Promise.all([batches.add("a", 1), batches.add("b", { x: 2 }), batches.add("a", "3")]);
  expect(sent).toEqual([]);
  expect(await results).toEqual([1, 2, 1]);
  await batches.add("a", 4);
  expect(sent).toEqual([
    ["a", "1", '"3"'],
    ["b", '{"x":2}'],
    ["a", "4"],
  ]);
});

it("sends long messages at once", () => {
  const { sent, batches } = setup();
  for (let count = 0; count < 3; count += 1) void batches.add("a", "x".repeat(200_000));
  expect(sent).toHaveLength(1);
});

it("sends null for a value that JSON does not have", async () => {
  const { sent, batches } = setup();
  await batches.add("a", undefined);
  expect(sent).toEqual([["a", "null"]]);
});

it("rejects every message of a list that fails, and goes on", async () => {
  const { failures, batches } = setup();
  failures.push(new Error("gone"));
  const results = await Promise.allSettled([batches.add("a", 1), batches.add("a", 2)]);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await batches.add("a", 3)).toBe(2);
});
