import { createDeviceMessages, defaultLimits, read, type ToDeviceType } from "@sig/protocol";
import { WebSocket } from "ws";
import { Fault, holds, NotJudged, same, show, type Rule } from "../rule.js";
import { Watch } from "../watch.js";
import { whyNot } from "../why-not.js";
import type { Lab } from "./lab.js";

const { toDevice } = createDeviceMessages(defaultLimits);
const line = "candidate:1 1 udp 2122260223 192.168.0.170 54653 typ host";
const offer =
  "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\n";

/** A device on a plain WebSocket, at the level of its messages. */
class PlainDevice {
  readonly #socket: WebSocket;
  readonly #frames: string[] = [];
  readonly #patienceMs: number;
  readonly #watch = new Watch();
  /** How its connection ended, in words; empty before. */
  #end = "";

  private constructor(socket: WebSocket, patienceMs: number) {
    this.#socket = socket;
    this.#patienceMs = patienceMs;
    socket.on("error", (cause) => (this.#end = `no connection: ${whyNot(cause, new URL(socket.url).pathname)}`));
    socket.on("close", (code) => {
      this.#end ||= `the end of the connection, with ${String(code)}`;
      this.#watch.look();
    });
    socket.on("message", (data: Buffer) => {
      this.#frames.push(data.toString("utf8"));
      this.#watch.look();
    });
  }

  static connect(
    { server: { url, devicePath, token, patienceMs } }: Lab,
    room: string,
    more: Record<string, string> = {},
  ): PlainDevice {
    if (devicePath === undefined) throw new NotJudged("say where the gateway for devices is with --device PATH");
    const address = new URL(devicePath, url.replace(/^http/, "ws"));
    address.search = new URLSearchParams({ room, ...(token !== undefined && { token }), ...more }).toString();
    return new PlainDevice(new WebSocket(address), patienceMs);
  }

  send(message: unknown): void {
    this.#socket.send(JSON.stringify(message));
  }

  /** The next message, which has to be of this kind. */
  async next(type: ToDeviceType): Promise<Record<string, unknown>> {
    const frame = await this.#watch.until(
      () => this.#frames.shift(),
      this.#patienceMs,
      () => this.#end !== "",
    );
    if (frame === undefined)
      throw new Fault(`\`${type}\` to the device`, this.#end || `nothing within ${String(this.#patienceMs)} ms`);
    const message = JSON.parse(frame) as Record<string, unknown>;
    holds(read(toDevice[type], message) !== undefined, `\`${type}\` to the device`, show(frame));
    return message;
  }

  close(): void {
    this.#socket.terminate();
  }
}

/** Somebody in a room, a device that comes, and how they see each other. */
async function meet(
  lab: Lab,
  more: Record<string, string>,
  look: (device: PlainDevice, viewer: Awaited<ReturnType<Lab["member"]>>, id: string, room: string) => Promise<void>,
): Promise<void> {
  const room = lab.room();
  const viewer = await lab.member(room);
  const device = PlainDevice.connect(lab, room, more);
  try {
    const { id } = await device.next("config");
    await look(device, viewer, String(id), room);
  } finally {
    device.close();
  }
}

const section = "capabilities";

export const deviceGateway: readonly Rule<Lab>[] = [
  {
    id: "device.config",
    sentence: "lets a device in by a plain WebSocket: `config` first, and for the others a peer that only answers",
    section,
    check: (lab) =>
      meet(lab, {}, async (_device, viewer, id) => {
        const joined = await viewer.next("joined");
        same("`id`", joined.id, id);
        same("`renegotiate`", joined.capabilities?.renegotiate, false);
      }),
  },
  {
    id: "device.call",
    sentence: "brings a device an offer as bare JSON, and its answer without `to` back with the `offerId`",
    section,
    check: (lab) =>
      meet(lab, {}, async (device, viewer, id, room) => {
        viewer.send("offer", { room, to: id, sdp: offer, offerId: "kit-1" });
        const { sdp, from } = await device.next("offer");
        same("`sdp` and `from`", [sdp, from], [offer, viewer.id]);
        device.send({ type: "answer", sdp: offer.replaceAll("\r\n", "\n") });
        const answer = await viewer.next("answer");
        same("`from` and `offerId`", [answer.from, answer.offerId], [id, "kit-1"]);
        device.send({ candidate: `a=${line}`, sdpMLineIndex: 0 });
        same("the candidate's line", (await viewer.next("candidate")).candidate.sdp, line);
        viewer.send("candidate", {
          room,
          to: id,
          candidate: { sdpMid: "0", sdpMLineIndex: "0", sdp: line },
          offerId: "kit-1",
        });
        const { candidate, sdpMLineIndex, sdpMid } = await device.next("candidate");
        same(
          "the candidate to the device",
          { candidate, sdpMLineIndex, sdpMid },
          { candidate: line, sdpMLineIndex: 0, sdpMid: "0" },
        );
        viewer.send("exit", { room });
        same("`from` of `exit`", (await device.next("exit")).from, viewer.id);
      }),
  },
  {
    id: "device.gather",
    sentence: "holds candidates back into the offer for a device that takes none",
    section,
    check: (lab) =>
      meet(lab, { gather: "1" }, async (device, viewer, id, room) => {
        viewer.send("offer", { room, to: id, sdp: offer, offerId: "kit-1" });
        for (const sdp of [line, ""])
          viewer.send("candidate", {
            room,
            to: id,
            candidate: { sdpMid: "0", sdpMLineIndex: 0, sdp },
            offerId: "kit-1",
          });
        const { sdp } = await device.next("offer");
        holds(String(sdp).includes(`a=${line}`), "the candidate in the offer", sdp);
      }),
  },
  {
    id: "device.rejected",
    sentence: "refuses nonsense of a device by `rejected` with BAD_PAYLOAD, and goes on",
    section,
    check: (lab) =>
      meet(lab, {}, async (device, viewer, id, room) => {
        for (const wrong of [null, [], { type: "created" }, { type: "answer" }, { type: "answer", sdp: 5 }]) {
          device.send(wrong);
          same(`the code for ${show(wrong)}`, (await device.next("rejected")).code, "BAD_PAYLOAD");
        }
        viewer.send("offer", { room, to: id, sdp: offer });
        await device.next("offer");
      }),
  },
];
