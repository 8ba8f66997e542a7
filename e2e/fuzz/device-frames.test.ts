import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createDeviceMessages, defaultLimits, parse } from "@sig/protocol";
import { attachSignaling } from "@sig/server";
import { attachDeviceGateway } from "@sig/server/device";
import { afterAll, beforeAll } from "vitest";
import { WebSocket } from "ws";
import { describeCampaign } from "./support/campaign.js";
import { deviceSteps, type Damage, type DeviceStep } from "./support/device-input.js";
import { revive } from "./support/hostile-values.js";
import { ServerSocket } from "./support/server-socket.js";

const { toDevice } = createDeviceMessages(defaultLimits);
const secret = "for-calm";
const witnessKey = "witness-key-witness-key";
const viewerKey = "viewer-key-viewer-key-0";
/** Long enough for a busy machine: only a fault takes it. */
const endMs = 10_000;

let http: Server;
beforeAll(async () => {
  http = createServer();
  await once(http.listen(0, "127.0.0.1"), "listening");
});
afterAll(() => void http.close());

describeCampaign("The gateway of devices", { name: "device-frames", steps: deviceSteps, run });

async function run(steps: readonly DeviceStep[]): Promise<string[]> {
  const world = new World();
  for (const step of steps) await world.take(step);
  return world.end();
}

/** A witness waits in the room "calm", a viewer in "one"; three devices do what the input says. */
class World {
  readonly #violations: string[] = [];
  readonly #signaling = attachSignaling(
    { sockets: new Map<string, ServerSocket>(), on: () => undefined, off: () => undefined },
    { authorize: ({ room, token }) => room !== "calm" || token === secret },
  );
  readonly #gateway = attachDeviceGateway(http, this.#signaling);
  readonly #witness = new ServerSocket();
  readonly #viewer = new ServerSocket();
  readonly #devices: (WebSocket | undefined)[] = [];
  readonly #ids: string[] = [];

  constructor() {
    this.#signaling.on("error", ({ source, cause }) => {
      this.#violations.push(`An error of ${source}: ${String(cause)}`);
    });
    for (const socket of [this.#witness, this.#viewer]) this.#signaling.serve(socket);
    this.#witness.send("createAndJoinRoom", { room: "calm", key: witnessKey, token: secret });
    this.#joinViewer();
  }

  async take(step: DeviceStep): Promise<void> {
    switch (step.do) {
      case "connect":
        await this.#connect(step.by, step.query);
        break;
      case "frame":
        this.#open(step.by)?.send(
          frameOf(
            revive(step.message, (name) => this.#nameOf(name)),
            step.damage,
            step.at,
          ),
        );
        break;
      case "control":
        this.#control(step);
        break;
      case "view":
        this.#view(step);
    }
  }

  async end(): Promise<string[]> {
    const sockets = this.#devices.filter((device) => device !== undefined);
    // What was sent has been read once a ping is answered.
    await Promise.all(sockets.map(answered));
    for (const socket of sockets) socket.terminate();
    const until = performance.now() + endMs;
    while (this.#gateway.size > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 1));
    if (this.#gateway.size > 0) this.#violations.push(`${String(this.#gateway.size)} devices are left.`);
    const strange = this.#witness.received.filter(({ event }) => event !== "created");
    if (strange.length > 0) this.#violations.push(`The witness received ${JSON.stringify(strange)}.`);
    const rooms = await this.#signaling.rooms();
    if (!rooms.some(({ name, peers }) => name === "calm" && peers === 1)) this.#violations.push("The witness is gone.");
    if (Object.keys(Object.prototype).length > 0) this.#violations.push("Every object has new properties.");
    await this.#gateway.close();
    await this.#signaling.close();
    return this.#violations;
  }

  async #connect(by: number, query: Readonly<Record<string, string>>): Promise<void> {
    const { port } = http.address() as AddressInfo;
    const socket = new WebSocket(`ws://127.0.0.1:${String(port)}/device?${new URLSearchParams(query).toString()}`);
    this.#devices[by]?.terminate();
    this.#devices[by] = socket;
    socket.on("error", () => undefined);
    socket.on("message", (data: Buffer) => this.#read(by, data.toString("utf8")));
    await Promise.race([once(socket, "open"), once(socket, "close")]);
  }

  #read(by: number, text: string): void {
    const message = JSON.parse(text) as { type?: string; id?: string; from?: string };
    const schema = toDevice[(message.type ?? "candidate") as keyof typeof toDevice];
    if (!parse(schema, message).ok) this.#violations.push(`A device cannot read ${text}.`);
    if (message.type === "config") this.#ids[by] = message.id ?? "";
  }

  #control({ by, kind, code }: Extract<DeviceStep, { do: "control" }>): void {
    const socket = this.#open(by);
    if (kind === "close") socket?.close(code);
    else socket?.[kind]();
  }

  #view({ event, to, sdp }: Extract<DeviceStep, { do: "view" }>): void {
    const target = this.#nameOf(to);
    if (event === "join") this.#joinViewer();
    else if (event === "exit") this.#viewer.send("exit", { room: "one" });
    else if (event === "offer") this.#viewer.send("offer", { room: "one", to: target, sdp });
    else this.#viewer.send("candidate", { room: "one", to: target, candidate: { sdpMid: "0", sdp: "candidate:1" } });
  }

  #joinViewer(): void {
    this.#viewer.send("createAndJoinRoom", { room: "one", key: viewerKey });
  }

  #open(by: number): WebSocket | undefined {
    const socket = this.#devices[by];
    return socket?.readyState === WebSocket.OPEN ? socket : undefined;
  }

  #nameOf(name: string): string {
    const created = (name === "@witness" ? this.#witness : this.#viewer).received[0]?.payload as { id?: string };
    return name.startsWith("@device") ? (this.#ids[Number(name.at(-1))] ?? "nobody") : (created.id ?? "");
  }
}

function frameOf(message: unknown, damage: Damage, at: number): string | Buffer {
  let text: string;
  try {
    const json: unknown = JSON.stringify(message, (_, value: unknown) =>
      typeof value === "bigint" ? String(value) : value,
    );
    text = typeof json === "string" ? json : "";
  } catch {
    text = "{";
  }
  const place = text.length === 0 ? 0 : at % text.length;
  switch (damage) {
    case "cut":
      return text.slice(0, place);
    case "changed":
      return `${text.slice(0, place)}${String.fromCharCode(at)}${text.slice(place + 1)}`;
    case "bytes":
      return Buffer.from(text);
    case "raw-lines":
      return text.replaceAll("\\r\\n", "\r\n");
    case "nul":
      return `${text}\0`;
    case "not-utf8":
      return Buffer.concat([Buffer.from(text.slice(0, place)), Buffer.from([0xff, 0xc0])]);
    default:
      return text;
  }
}

function answered(socket: WebSocket): Promise<unknown> {
  if (socket.readyState !== WebSocket.OPEN) return Promise.resolve();
  socket.ping();
  return Promise.race([once(socket, "pong"), once(socket, "close")]);
}
