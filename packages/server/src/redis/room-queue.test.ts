import { expect, it } from "vitest";
import { RoomQueue } from "./room-queue.js";

const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

it("a queue is idle once what its callers do with the last answers is done as well", async () => {
  const queue = new RoomQueue();
  const done: string[] = [];
  const add = queue.run("r", later).then(() => queue.run("r", () => later().then(() => done.push("undone"))));
  await queue.idle();
  expect(done).toEqual(["undone"]);
  await add;
  await queue.idle();
});
