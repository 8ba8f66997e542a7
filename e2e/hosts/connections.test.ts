import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { allowOrigins, limitConnections } from "@sig/server";
import { Server as Server47 } from "socket.io-4.7";
import { Server as Server48 } from "socket.io-4.8";
import { Server } from "socket.io";
import { describe, expect, it, onTestFinished } from "vitest";

/** The types of one version fit no other. */
const as = (version: unknown) => version as typeof Server;

describe.each([
  ["4.7.0", as(Server47)],
  ["4.8.0", as(Server48)],
  ["4.8.4", Server],
])("connections to Socket.IO %s", (_version, Io) => {
  it("T18, T20: are checked for their origin and limited by address", async () => {
    const http = createServer();
    const io = new Io(http, { allowRequest: allowOrigins(["https://app.example.org"]) });
    const limit = limitConnections(io, { perAddress: 1, connectionsPerSecond: false });
    onTestFinished(() => void io.close());
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${String((http.address() as AddressInfo).port)}/socket.io/?EIO=4&transport=polling`;
    const status = async (origin: string) => {
      const response = await fetch(url, { headers: { origin } });
      await response.text();
      return response.status;
    };
    expect(await status("https://evil.example")).toBe(403);
    await expect.poll(() => limit.connections).toBe(0);
    expect(await status("https://app.example.org")).toBe(200);
    expect(await status("https://app.example.org")).toBe(429);
    expect([limit.connections, limit.rejected]).toEqual([1, 1]);
  });
});
