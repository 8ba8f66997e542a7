import type { SharedRoster, SignalingOptions } from "@sig/server";
import { newKey } from "./client.js";
import { settled, startMemoryService, type MemorySocket } from "./memory-service.js";
import { SharedStore } from "./shared-store.js";

/** Two nodes that share a store. */
export function startNodes(options: SignalingOptions = {}, store = new SharedStore()) {
  const [one, two] = ["one", "two"].map((name) => startMemoryService({ ...options, roster: store.node(name) }));
  return { store, one: one!, two: two! };
}

/** Lets everything happen that waits for promises alone, on all nodes. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await settled();
}

export async function join(socket: MemorySocket, fields: Record<string, unknown> = { key: newKey() }) {
  const reply = await socket.join("r", fields);
  if (!reply.ok) throw new Error(reply.message);
  await settle();
  return reply;
}

export const namesOf = (socket: MemorySocket): string[] => socket.log.map(([event]) => event);

/** A roster of which one method answers when `goOn` is called. */
export function heldBack(roster: SharedRoster, method: "add" | "find"): { roster: SharedRoster; goOn: () => void } {
  let goOn = (): void => undefined;
  const held = new Promise<void>((resolve) => (goOn = resolve));
  const ask = roster[method] as (...args: readonly unknown[]) => Promise<unknown>;
  const answerLater = async (...args: readonly unknown[]): Promise<unknown> => {
    const answer = await ask(...args);
    await held;
    return answer;
  };
  return { roster: { ...roster, [method]: answerLater }, goOn };
}
