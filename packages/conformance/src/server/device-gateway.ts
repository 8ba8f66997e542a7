import { createDeviceMessages, defaultLimits, read, type ToDeviceType } from "@sig/protocol";
import { WebSocket } from "ws";
import { RuleViolation, assertThat, RuleSkipped, assertEqual, show, type Rule } from "../rule.js";
import { Waiter } from "../waiter.js";
import { describeFailure } from "../connection-failure.js";
import type { ServerContext } from "./server-context.js";

const { toDevice } = createDeviceMessages(defaultLimits);
const line = "candidate:1 1 udp 2122260223 192.168.0.170 54653 typ host";
const offer =
  "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n" +
  "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\n";

/** A device on a plain WebSocket that sends and receives single messages. */
class PlainDevice {
  readonly #socket: WebSocket;
  readonly #frames: string[] = [];
  readonly #timeoutMs: number;
  readonly #waiter = new Waiter();
  /** How the connection ended; empty while it is open. */
  #end = "";

  private constructor(socket: WebSocket, timeoutMs: number) {
    this.#socket = socket;
    this.#timeoutMs = timeoutMs;
    socket.on(
      "error",
      (cause) => (this.#end = `no connection: ${describeFailure(cause, new URL(socket.url).pathname)}`),
    );
    socket.on("close", (code) => {
      this.#end ||= `the end of the connection, with ${String(code)}`;
      this.#waiter.notify();
    });
    socket.on("message", (data: Buffer) => {
      this.#frames.push(data.toString("utf8"));
      this.#waiter.notify();
    });
  }

  static connect(
    { settings: { url, devicePath, token, timeoutMs } }: ServerContext,
    room: string,
    more: Record<string, string> = {},
  ): PlainDevice {
    if (devicePath === undefined) throw new RuleSkipped("it needs the path of the device gateway: --device PATH");
    if (url === undefined) throw new RuleSkipped("it needs the URL of the server");
    const address = new URL(devicePath, url.replace(/^http/, "ws"));
    address.search = new URLSearchParams({ room, ...(token !== undefined && { token }), ...more }).toString();
    return new PlainDevice(new WebSocket(address), timeoutMs);
  }

  send(message: unknown): void {
    this.#socket.send(JSON.stringify(message));
  }

  /** The next message, which has to be of this type. */
  async next(type: ToDeviceType): Promise<Record<string, unknown>> {
    const frame = await this.#waiter.until(
      () => this.#frames.shift(),
      this.#timeoutMs,
      () => this.#end !== "",
    );
    if (frame === undefined)
      throw new RuleViolation(`\`${type}\` to the device`, this.#end || `nothing within ${String(this.#timeoutMs)} ms`);
    const message = JSON.parse(frame) as Record<string, unknown>;
    assertThat(read(toDevice[type], message) !== undefined, `\`${type}\` to the device`, show(frame));
    return message;
  }

  close(): void {
    this.#socket.terminate();
  }
}

/** A member of a room, a device that joins it, and a check of the two. */
async function withDevice(
  context: ServerContext,
  more: Record<string, string>,
  check: (
    device: PlainDevice,
    viewer: Awaited<ReturnType<ServerContext["member"]>>,
    id: string,
    room: string,
  ) => Promise<void>,
): Promise<void> {
  const room = context.newRoom();
  const viewer = await context.member(room);
  const device = PlainDevice.connect(context, room, more);
  try {
    const { id } = await device.next("config");
    await check(device, viewer, String(id), room);
  } finally {
    device.close();
  }
}

const section = "capabilities";

export const deviceGateway: readonly Rule<ServerContext>[] = [
  {
    id: "device.config",
    requirement:
      "accepts a device on a plain WebSocket: `config` comes first, and other members see a peer that only answers",
    section,
    check: (context) =>
      withDevice(context, {}, async (_device, viewer, id) => {
        const joined = await viewer.next("joined");
        assertEqual("`id`", joined.id, id);
        assertEqual("`renegotiate`", joined.capabilities?.renegotiate, false);
      }),
  },
  {
    id: "device.call",
    requirement:
      "relays an offer to a device as plain JSON, and relays its answer, which has no `to`, with the `offerId`",
    section,
    check: (context) =>
      withDevice(context, {}, async (device, viewer, id, room) => {
        viewer.send("offer", { room, to: id, sdp: offer, offerId: "kit-1" });
        const { sdp, from } = await device.next("offer");
        assertEqual("`sdp` and `from`", [sdp, from], [offer, viewer.id]);
        device.send({ type: "answer", sdp: offer.replaceAll("\r\n", "\n") });
        const answer = await viewer.next("answer");
        assertEqual("`from` and `offerId`", [answer.from, answer.offerId], [id, "kit-1"]);
        device.send({ candidate: `a=${line}`, sdpMLineIndex: 0 });
        assertEqual("the candidate line", (await viewer.next("candidate")).candidate.sdp, line);
        viewer.send("candidate", {
          room,
          to: id,
          candidate: { sdpMid: "0", sdpMLineIndex: "0", sdp: line },
          offerId: "kit-1",
        });
        const { candidate, sdpMLineIndex, sdpMid } = await device.next("candidate");
        assertEqual(
          "the candidate to the device",
          { candidate, sdpMLineIndex, sdpMid },
          { candidate: line, sdpMLineIndex: 0, sdpMid: "0" },
        );
        viewer.send("exit", { room });
        assertEqual("`from` of `exit`", (await device.next("exit")).from, viewer.id);
      }),
  },
  {
    id: "device.gather",
    requirement: "adds the candidates to the offer for a device that takes no separate ones",
    section,
    check: (context) =>
      withDevice(context, { gather: "1" }, async (device, viewer, id, room) => {
        viewer.send("offer", { room, to: id, sdp: offer, offerId: "kit-1" });
        for (const sdp of [line, ""])
          viewer.send("candidate", {
            room,
            to: id,
            candidate: { sdpMid: "0", sdpMLineIndex: 0, sdp },
            offerId: "kit-1",
          });
        const { sdp } = await device.next("offer");
        assertThat(String(sdp).includes(`a=${line}`), "the candidate in the offer", sdp);
      }),
  },
  {
    id: "device.rejected",
    requirement: "rejects invalid messages of a device by `rejected` with BAD_PAYLOAD, and keeps working",
    section,
    check: (context) =>
      withDevice(context, {}, async (device, viewer, id, room) => {
        for (const invalid of [null, [], { type: "created" }, { type: "answer" }, { type: "answer", sdp: 5 }]) {
          device.send(invalid);
          assertEqual(`the code for ${show(invalid)}`, (await device.next("rejected")).code, "BAD_PAYLOAD");
        }
        viewer.send("offer", { room, to: id, sdp: offer });
        await device.next("offer");
      }),
  },
];
