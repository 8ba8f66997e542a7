import { peerIdFromKey } from "@sig/server";
import { expect, it } from "vitest";
import { startGateway } from "./gateway.js";

it("a device that sends no key gets the id of a key made of 24 given random bytes", async () => {
  const sizes: number[] = [];
  const randomBytes = (size: number): Uint8Array => {
    sizes.push(size);
    return new Uint8Array(size).fill(sizes.length);
  };
  const { device } = await startGateway({}, { randomBytes });
  const { id } = await device("front door");
  expect(sizes).toEqual([16, 24]);
  expect(id).toBe(peerIdFromKey(Buffer.alloc(24, 2).toString("base64url")));
});
