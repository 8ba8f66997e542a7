import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { attachSignaling } from "@sig/server";
import { Server } from "socket.io";
import { expect, onTestFinished, test } from "vitest";
import { launch } from "../browser/support/browser.js";
import { packedPackages } from "./support/provided.js";

const client = readFileSync(
  join((await packedPackages()).folder, "node_modules", "@sig", "client", "dist", "browser.js"),
);

const page = `<script type="module">
  import { io } from "/socket.io/socket.io.esm.min.js";
  import { PeerManager } from "/sig.js";
  const manager = new PeerManager(io());
  manager.on("message", ({ data }) => (document.title = data.text));
  manager.on("peerState", (peer, state) => state === "connected" && peer.send("chat", { text: "hello" }));
  await manager.join("standup");
</script>`;

test("two pages without a bundler talk with two files: Socket.IO's client and `@sig/client/browser`", async () => {
  const http = createServer((request, response) => {
    const isClient = request.url === "/sig.js";
    response.setHeader("content-type", isClient ? "text/javascript" : "text/html");
    response.end(isClient ? client : page);
  });
  const io = new Server(http);
  const signaling = attachSignaling(io);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const browser = await launch();
  onTestFinished(async () => {
    await browser.close();
    await signaling.close();
    await io.close();
  });
  const address = `http://127.0.0.1:${String((http.address() as AddressInfo).port)}/`;
  const scripts: string[] = [];
  const pages = await Promise.all(
    [0, 1].map(async () => {
      const opened = await browser.newPage();
      opened.on("request", (request) => {
        if (request.resourceType() === "script") scripts.push(new URL(request.url()).pathname);
      });
      await opened.goto(address);
      return opened;
    }),
  );
  for (const opened of pages) await opened.waitForFunction(() => document.title === "hello");
  expect(scripts.sort()).toEqual([
    "/sig.js",
    "/sig.js",
    "/socket.io/socket.io.esm.min.js",
    "/socket.io/socket.io.esm.min.js",
  ]);
});
