import { afterEach, expect, it } from "vitest";
import { Lab } from "./support/lab.js";

const lab = new Lab();

afterEach(() => lab.close());

/** `React.StrictMode` mounts each component, unmounts it and mounts it again. */
it.each([
  ["an open server", undefined, 0],
  ["a server that asks for a while", () => new Promise<boolean>((resolve) => setTimeout(resolve, 50, true)), 0],
  [
    "a server that asks, and a component that stays for a while",
    () => new Promise<boolean>((resolve) => setTimeout(resolve, 50, true)),
    20,
  ],
  ["a socket that is connected", undefined, 100],
])("V22: mount, leave and mount at %s leave nothing to reject", async (_, authorize, mountedMs) => {
  await lab.serve(authorize === undefined ? {} : { authorize });
  const rejected: unknown[] = [];
  lab.signaling.on("rejected", (detail) => rejected.push(detail));
  const socket = lab.connect();
  if (mountedMs > 0) await new Promise((resolve) => socket.on("connect", () => resolve(undefined)));
  const first = lab.manage(socket);
  const joined = first.join("room").catch((error: unknown) => error);
  await new Promise((resolve) => setTimeout(resolve, mountedMs));
  const left = first.leave();
  const second = lab.manage(socket);
  await second.join("room");
  await Promise.all([joined, left]);
  expect([second.state, rejected, await lab.signaling.peers("room")]).toMatchObject([
    "joined",
    [],
    [{ id: second.id }],
  ]);
});
