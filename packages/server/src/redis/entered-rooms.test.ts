import { expect, it } from "vitest";
import { EnteredRooms } from "./entered-rooms.js";
import { type RoomStore } from "./room-store.js";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it("a room that was listed is removed from the list, also where it could not be listed again meanwhile", async () => {
  const listed = new Set<string>();
  const failures: string[] = [];
  let isReachable = true;
  const ask = async (command: () => void): Promise<void> => {
    await turn();
    if (!isReachable) throw new Error("unreachable");
    command();
  };
  const store = {
    enterRoom: (room: string) => ask(() => listed.add(room)),
    leaveRoom: (room: string) => ask(() => listed.delete(room)),
  };
  const rooms = new EnteredRooms(store as unknown as RoomStore, (room) => failures.push(room));
  rooms.enter("r");
  await turn();
  expect([...listed]).toEqual(["r"]);
  isReachable = false;
  rooms.leave("r");
  rooms.enter("r");
  await turn();
  await turn();
  expect(failures).toEqual(["r", "r"]);
  isReachable = true;
  rooms.leave("r");
  await turn();
  expect([...listed]).toEqual([]);
});
