import { randomBytes } from "node:crypto";
import { readServerEvent, serverEventNames } from "@sig/protocol/page";
import { attachSignaling, type SignalingOptions } from "@sig/server";
import { FakeClock } from "@sig/client/testing";
import { describeCampaign } from "./support/campaign.js";
import { revive } from "./support/hostile-values.js";
import { serverSteps, type ServerStep } from "./support/server-input.js";
import { ServerSocket } from "./support/server-socket.js";

const names = [...serverEventNames] as string[];
/** Events that the protocol alone has: a call is answered, whatever it is. */
const baseEvents = ["createAndJoinRoom", "offer", "answer", "candidate", "exit"];
/** What a socket may receive that never joined with a key (docs/protocol.md, "Legacy clients"). */
const legacyEvents = ["created", "joined", "offer", "answer", "candidate", "exit", "rejected"];
const secret = "for-calm";

describeCampaign("The server's events", { name: "server-events", steps: serverSteps, run });

/** An application that admits, refuses, waits and fails. */
function application(clock: FakeClock): SignalingOptions<ServerSocket> {
  return {
    clock,
    authorize: async ({ room, token }) => {
      if (room === "calm") return token === secret;
      if (token === "late") await new Promise<void>((resolve) => clock.after(2_000, resolve));
      if (token === "fails") throw new Error("The login server is away.");
      return true;
    },
    iceServers: () => [{ urls: "stun:stun.example.org" }],
    maxPeersPerRoom: 4,
    maxRoomsPerSocket: 2,
  };
}

async function run(steps: readonly ServerStep[]): Promise<string[]> {
  const world = new World();
  await world.start();
  for (const step of steps) await world.take(step);
  return world.end();
}

/** Two witnesses talk in the room "calm"; four sockets do what the input says, and never get in there. */
class World {
  readonly #clock = new FakeClock();
  readonly #signaling = attachSignaling(
    { sockets: new Map<string, ServerSocket>(), on: () => undefined, off: () => undefined },
    application(this.#clock),
  );
  readonly #violations: string[] = [];
  readonly #witnesses = [this.#connect(), this.#connect()] as const;
  /** Every socket that there was, with its number. */
  readonly #all: { readonly by: number; readonly socket: ServerSocket }[] = [];
  /** The present socket of each number. */
  readonly #sockets = Array.from({ length: 4 }, (_, by) => this.#replace(by));
  /** By socket: whether it ever sent a key. */
  readonly #keyed = new Set<ServerSocket>();
  readonly #keys = new Map<string, string>();
  #ids: readonly [string, string] = ["", ""];
  #timers = 0;

  async start(): Promise<void> {
    this.#signaling.on("error", ({ cause, source }) => {
      if (!String(cause).includes("login server")) this.#violations.push(`An error of ${source}: ${String(cause)}`);
    });
    const joins = this.#witnesses.map((socket) =>
      this.#call(socket, "createAndJoinRoom", { room: "calm", key: randomKey(), token: secret }),
    );
    this.#ids = (await this.#clock.settle(Promise.all(joins))).map((reply) => (reply as { id: string }).id) as [
      string,
      string,
    ];
    await this.#clock.advance(0);
    this.#timers = this.#clock.pending;
  }

  async take(step: ServerStep): Promise<void> {
    try {
      if (step.do === "wait") await this.#clock.advance(step.ms);
      else if (step.do === "send") this.#send(step);
      else {
        this.#sockets[step.by]?.disconnect();
        this.#sockets[step.by] = this.#replace(step.by);
      }
    } catch (cause) {
      this.#violations.push(`Out of a listener: ${String((cause as Error).stack)}`);
    }
    await this.#clock.advance(0);
  }

  async end(): Promise<string[]> {
    await this.#clock.advance(3_000);
    await this.#checkWitnesses();
    for (const socket of this.#sockets) socket.disconnect();
    await this.#clock.advance(120_000);
    const rooms = JSON.stringify(await this.#signaling.rooms());
    if (rooms !== '[{"name":"calm","peers":2}]') this.#violations.push(`Rooms are left: ${rooms}`);
    const timers = this.#clock.pending;
    if (timers > this.#timers) this.#violations.push(`Timers are left: ${String(timers - this.#timers)}`);
    if (Object.keys(Object.prototype).length > 0) this.#violations.push("Every object has new properties.");
    await this.#signaling.close();
    return this.#violations;
  }

  #connect(): ServerSocket {
    const socket = new ServerSocket();
    this.#signaling.serve(socket);
    return socket;
  }

  #replace(by: number): ServerSocket {
    const socket = this.#connect();
    this.#all.push({ by, socket });
    return socket;
  }

  /** The ids that a number ever had. */
  #idsOf(number: number): Set<string | undefined> {
    const sockets = this.#all.filter(({ by }) => by === number).map(({ socket }) => socket);
    const created = sockets.flatMap(({ received }) => received.filter(({ event }) => event === "created"));
    return new Set(created.map(({ payload }) => (payload as { id?: string }).id));
  }

  #send({ by, event, payload, ack }: Extract<ServerStep, { do: "send" }>): void {
    const socket = this.#sockets[by]!;
    const sent = this.#mark(
      by,
      revive(payload, (name) => this.#nameOf(name)),
    );
    if (hasKey(sent)) this.#keyed.add(socket);
    if (!ack) {
      socket.send(event, sent);
      return;
    }
    let replies = 0;
    socket.send(event, sent, (reply: unknown) => {
      if (++replies > 1) this.#violations.push(`Two answers to one ${event}.`);
      if (typeof (reply as { ok?: unknown } | null)?.ok !== "boolean")
        this.#violations.push(`An answer to ${event} that is not one: ${JSON.stringify(reply)}`);
    });
    if (baseEvents.includes(event) && socket.connected)
      this.#clock.after(10_000, () => {
        if (replies === 0 && socket.connected) this.#violations.push(`No answer to ${event}.`);
      });
  }

  /** Descriptions say which socket sent them: whoever receives one knows whose name it has to bear. */
  #mark(by: number, payload: unknown): unknown {
    const { sdp } = (isRecord(payload) ? payload : {}) as { sdp?: unknown };
    return sdp === "v=0" ? { ...(payload as object), sdp: `sent by ${String(by)}` } : payload;
  }

  #nameOf(name: string): unknown {
    const number = Number(/\d$/.exec(name)?.[0]);
    if (name === "@witness") return this.#ids[0];
    if (name.startsWith("@id")) return this.#idOf(this.#sockets[number]!);
    if (!name.startsWith("@key") && name !== "@shared") return name;
    const key = this.#keys.get(name) ?? randomKey();
    this.#keys.set(name, key);
    return key;
  }

  #idOf(socket: ServerSocket): string {
    const created = socket.received.findLast(({ event }) => event === "created");
    return (created?.payload as { id?: string } | undefined)?.id ?? socket.id;
  }

  async #checkWitnesses(): Promise<void> {
    const [one, two] = this.#witnesses;
    const sdp = "from a witness";
    const reply = this.#call(one, "offer", { room: "calm", to: this.#ids[1], sdp });
    if ((await this.#clock.settle(reply)) !== undefined && !two.received.some(({ payload }) => sdpOf(payload) === sdp))
      this.#violations.push("The witnesses cannot talk any more.");
    for (const socket of this.#witnesses)
      for (const { event, payload } of socket.received)
        if (!["created", "joined", "iceServers"].includes(event) && sdpOf(payload) !== sdp)
          this.#violations.push(`A witness received ${event}: ${JSON.stringify(payload)}`);
    for (const { socket } of this.#all) this.#checkReceived(socket);
  }

  #checkReceived(socket: ServerSocket): void {
    for (const { event, payload } of socket.received) {
      const read = names.includes(event) ? readServerEvent(event as "offer", payload) : undefined;
      if (read === undefined || JSON.stringify(sorted(read)) !== JSON.stringify(sorted(payload)))
        this.#violations.push(`The client cannot read ${event} ${JSON.stringify(payload)}.`);
      if (!this.#keyed.has(socket) && !legacyEvents.includes(event))
        this.#violations.push(`A legacy client received ${event}.`);
      const { from } = payload as { from?: string };
      if (from !== undefined && this.#ids.includes(from)) this.#violations.push(`${event} in the name of a witness.`);
      const by = /^sent by (\d)$/.exec(String(sdpOf(payload)))?.[1];
      if (by !== undefined && !this.#idsOf(Number(by)).has(from ?? ""))
        this.#violations.push(`${event} of socket ${by} in the name of ${String(from)}.`);
    }
  }

  #call(socket: ServerSocket, event: string, payload: unknown): Promise<unknown> {
    return new Promise((resolve) => socket.send(event, payload, resolve));
  }
}

function sdpOf(payload: unknown): unknown {
  return isRecord(payload) ? payload.sdp : undefined;
}

function hasKey(payload: unknown): boolean {
  return isRecord(payload) && Object.hasOwn(payload, "key");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** With its keys in order, so that two equal values have the same text. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

function randomKey(): string {
  return randomBytes(24).toString("base64url");
}
