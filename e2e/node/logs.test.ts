import { FakeNetwork, fakeStream } from "@sig/client/testing";
import type { Tracer } from "@sig/server";
import type { Socket } from "socket.io";
import { afterEach, expect, it } from "vitest";
import { failure, Lab } from "./support/lab.js";

const lab = new Lab();
afterEach(() => lab.close());

/** Everything that is written to a logger, at every level. */
class Lines {
  readonly lines: { level: string; message: string; fields: Record<string, unknown> | undefined }[] = [];
  readonly logger = {
    debug: this.#write("debug"),
    info: this.#write("info"),
    warn: this.#write("warn"),
    error: this.#write("error"),
  };

  #write(level: string) {
    return (message: string, fields?: Record<string, unknown>): void =>
      void this.lines.push({ level, message, fields });
  }
}

/** Every text in the messages that pass the server, by the name of its field. */
function collect(value: unknown, texts: Map<string, Set<string>>, field = ""): void {
  if (typeof value === "string") {
    const known = texts.get(field) ?? new Set<string>();
    texts.set(field, known.add(value));
  } else if (typeof value === "object" && value !== null)
    for (const [name, each] of Object.entries(value)) collect(each, texts, Array.isArray(value) ? field : name);
}

it("T34: no log line and no span of a whole call has a line of SDP, an address, a key, a token or data", async () => {
  const server = new Lines();
  const spans: unknown[] = [];
  const tracer: Tracer = {
    startSpan: (name, options) => {
      spans.push([name, options?.attributes]);
      const setAttribute = (attribute: string, value: string): void => void spans.push([attribute, value]);
      const context = { traceId: "1".repeat(32), spanId: "2".repeat(16), traceFlags: 1 };
      return { spanContext: () => context, setAttribute, setStatus: () => undefined, end: () => undefined };
    },
  };
  const secretOf = (what: string): string => `secret-${what}-5e7a9c`;
  await lab.serve({
    logger: server.logger,
    tracer,
    graceMs: 60_000,
    rateLimit: { burst: 200, perSecond: 0.001, maxRejections: 5 },
    iceServers: () => [{ urls: "turn:192.0.2.250", username: secretOf("user"), credential: secretOf("credential") }],
    authorize: ({ token, room }) => {
      if (room === "broken") throw new Error(`cannot verify ${String(token)}`);
      return token === secretOf("token") ? { user: secretOf("person"), attributes: { role: secretOf("role") } } : false;
    },
  });
  const texts = new Map<string, Set<string>>();
  lab.io.on("connection", (socket: Socket) => {
    socket.onAny((...sent: unknown[]) => collect(sent, texts));
    socket.onAnyOutgoing((...sent: unknown[]) => collect(sent, texts));
  });

  const client = new Lines();
  const network = new FakeNetwork();
  const sockets = [lab.connect(), lab.connect(), lab.connect()] as const;
  const [ada, bob, guest] = ["ada", "bob", "guest"].map((name, index) =>
    lab.manage(sockets[index], {
      RTCPeerConnection: network.connectionClass(name),
      metadata: { name: secretOf(name) },
      logger: client.logger,
    }),
  ) as [ReturnType<Lab["manage"]>, ReturnType<Lab["manage"]>, ReturnType<Lab["manage"]>];
  const connected = new Promise((resolve) => {
    bob.on("peerState", (_, state) => state === "connected" && resolve(state));
  });
  const track = bob.once("track");
  const token = secretOf("token");
  await ada.join("standup", { token });
  ada.publish(fakeStream("audio", "video"), { label: secretOf("label") });
  await bob.join("standup", { token });
  await Promise.all([connected, track]);
  const ids = [ada.id ?? "?", bob.id ?? "?"];
  bob.send("chat", secretOf("chat"));

  // What goes wrong, and what the application does.
  expect(await failure(guest.join("standup", { token: secretOf("wrong") }))).toMatchObject({ code: "UNAUTHORIZED" });
  expect(await failure(guest.join("broken", { token, timeoutMs: 2000 }))).toMatchObject({ code: "INTERNAL" });
  sockets[2].emit("offer", { room: "standup", to: ada.id, sdp: secretOf("stolen") });
  lab.signaling.send("standup", "note", { text: secretOf("note") });
  const away = new Promise((resolve) => lab.signaling.on("peerBack", resolve));
  sockets[1].io.engine.close();
  await away;
  const cutOff = new Promise((resolve) => lab.signaling.on("cutOff", resolve));
  for (let sent = 0; sent < 250; sent += 1) sockets[2].emit("exit", { room: secretOf("room") });
  await cutOff;
  const left = ada.once("peerLeft");
  await lab.signaling.kick("standup", ids[1] ?? "", secretOf("reason"));
  await left;
  const lost = ada.once("state");
  await lab.signaling.close();
  await lost;

  expect(new Set(server.lines.map(({ message }) => message))).toEqual(
    new Set([
      ...["peer joined", "peer away", "peer back", "peer left", "event rejected", "signaling fault", "socket cut off"],
      "signaling closed",
    ]),
  );
  const traced = JSON.stringify(spans);
  expect([...ids, "standup", secretOf("room")].filter((text) => traced.includes(text))).toEqual([]);
  const written = JSON.stringify([server.lines, client.lines, spans]);
  const of = (field: string): string[] => [...(texts.get(field) ?? [])];
  const descriptions = of("sdp").filter((text) => text.startsWith("v=0"));
  const lines = new Set(of("sdp").flatMap((text) => text.split(/\r?\n/)));
  const addresses = new Set(of("sdp").flatMap((text) => text.match(/\b\d+\.\d+\.\d+\.\d+\b/g) ?? []));
  // It would notice: everything that must not be there has passed.
  expect([descriptions.length >= 2, lines.size > 20, addresses.size > 2]).toEqual([true, true, true]);
  expect([of("key").length, of("token").sort()]).toEqual([4, [secretOf("token"), secretOf("wrong")].sort()]);
  const fields = [
    "key",
    "token",
    "username",
    "credential",
    "urls",
    "usernameFragment",
    "text",
    "name",
    "role",
    "label",
  ];
  for (const field of fields.filter((name) => name !== "usernameFragment")) expect(of(field), field).not.toEqual([]);
  const forbidden = [...lines, ...addresses, ...fields.flatMap(of)].filter((text) => text.length > 1);
  expect(forbidden.filter((text) => written.includes(text))).toEqual([]);
  // The room of a rejected event is a name that the log has on purpose.
  expect(written.replaceAll(secretOf("room"), "")).not.toContain("5e7a9c");
  expect(written.match(/\b\d+\.\d+\.\d+\.\d+\b|::ffff|v=0|candidate:/g)).toBeNull();
});
