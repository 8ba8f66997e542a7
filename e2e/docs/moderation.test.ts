import { createHmac, randomBytes } from "node:crypto";
import { io, type Socket } from "socket.io-client";
import { describe, expect, onTestFinished, test } from "vitest";
import { compiledFolder } from "./support/installed.js";
import { fileShown, readDocument } from "./support/markdown.js";
import { runServer } from "./support/running-server.js";

const page = readDocument("docs/moderation.md");
const secret = "a secret for the test";
const room = "standup";

/** What the login server of the document makes. */
function tokenOf(user: string, role: string, lifetimeMs = 3_600_000): string {
  const login = { room, user, role, expiresAt: Date.now() + lifetimeMs };
  const claims = Buffer.from(JSON.stringify(login)).toString("base64url");
  return `${claims}.${createHmac("sha256", secret).update(claims).digest("base64url")}`;
}

/** A client that records what it receives. */
function connectTo(url: string) {
  const socket: Socket = io(url, { transports: ["websocket"], forceNew: true });
  onTestFinished(() => void socket.disconnect());
  const received: [event: string, payload: unknown][] = [];
  socket.onAny((event: string, payload: unknown) => received.push([event, payload]));
  return {
    socket,
    received,
    join: (token?: string): Promise<unknown> => {
      const key = randomBytes(16).toString("base64url");
      return socket.emitWithAck("createAndJoinRoom", { room, key, token, features: ["waiting"] });
    },
    /** Resolves with the payload of an event that matches. */
    next: async (event: string, fields: object): Promise<unknown> => {
      await expect.poll(() => received, { timeout: 10_000 }).toContainEqual([event, expect.objectContaining(fields)]);
      return received.find(([name]) => name === event)?.[1];
    },
  };
}

describe("docs/moderation.md", () => {
  test("shows a server with a waiting room, where a host lets guests in and bans them, and logins end", async () => {
    const files = Object.fromEntries(["server.js", "login.js"].map((file) => [file, fileShown(page, file)]));
    const folder = await compiledFolder("moderation", files);
    const server = await runServer(folder, "server.js", { LOGIN_SECRET: secret });
    onTestFinished(() => server.stop());
    const [host, guest, impostor] = [connectTo(server.url), connectTo(server.url), connectTo(server.url)];

    expect(await impostor.join("forged.token")).toMatchObject({ message: "Log in to join this room." });
    expect(await host.join(tokenOf("ada", "host"))).toMatchObject({ ok: true, attributes: { role: "host" } });
    const joining = guest.join(tokenOf("grace", "guest"));
    await guest.next("waiting", { room });
    const { data } = (await host.next("message", { type: "guests" })) as { data: [{ peerId: string; user: string }] };
    expect(data).toMatchObject([{ user: "grace" }]);
    // Only a host decides.
    impostor.socket.emit("letIn", { peerId: data[0].peerId, isLetIn: false });
    host.socket.emit("letIn", { peerId: data[0].peerId, isLetIn: true });
    expect(await joining).toMatchObject({ ok: true, attributes: { role: "guest" }, peers: [{}] });

    guest.socket.emit("ban", { room, user: "ada" });
    host.socket.emit("ban", { room, user: "grace" });
    await guest.next("exit", { reason: "kicked", message: "The host has removed you." });
    const again = guest.join(tokenOf("grace", "guest"));
    await expect.poll(() => host.received.filter(([event]) => event === "message").length).toBe(3);
    const last = host.received.findLast(([event]) => event === "message")?.[1] as { data: { peerId: string }[] };
    const waiting = last.data;
    host.socket.emit("letIn", { peerId: waiting[0]?.peerId, isLetIn: true });
    expect(await again).toMatchObject({ code: "KICKED" });

    const short = connectTo(server.url);
    expect(await short.join(tokenOf("bob", "host", 1_500))).toMatchObject({ ok: true });
    await short.next("exit", { reason: "expired" });
    await host.next("exit", { reason: "expired" });
  });
});
