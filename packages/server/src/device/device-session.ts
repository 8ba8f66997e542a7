import {
  refusal,
  toSessionDescription,
  type ClientEventName,
  type FromDevice,
  type IceServer,
  type Refusal,
  type ServerPayload,
  type ToDevice,
} from "@sig/protocol";
import { type DeviceSocket } from "./device-socket.js";
import { stunAddress } from "./stun-address.js";
import { Viewer, type ViewerRules } from "./viewer.js";

/** The way back to the device. */
export interface DeviceLine {
  send(message: ToDevice): void;
  /** Ends the connection; the signaling is told that it is gone. */
  close(why: "left" | "kicked" | "replaced" | "closed"): void;
}

const nobodyThere = refusal("PEER_NOT_FOUND", "Nobody has made this device an offer.");
const whichViewer = refusal("BAD_PAYLOAD", '"to" is missing: there are several viewers.');

/** Translates between a device's messages and the events of the protocol, for one device in one room. */
export class DeviceSession {
  readonly #room: string;
  readonly #socket: DeviceSocket;
  readonly #line: DeviceLine;
  readonly #rules: ViewerRules;
  readonly #viewers = new Map<string, Viewer>();
  #id = "";
  #iceServers: readonly IceServer[] = [];

  constructor(room: string, socket: DeviceSocket, line: DeviceLine, rules: ViewerRules) {
    this.#room = room;
    this.#socket = socket;
    this.#line = line;
    this.#rules = rules;
  }

  /** What the signaling says. What is not for devices, as presence and app messages, is read over. */
  hear(event: string, payload: unknown): void {
    switch (event) {
      case "created":
        this.#created(payload as ServerPayload<"created">);
        break;
      case "offer":
        this.#viewer((payload as ServerPayload<"offer">).from).offer(payload as ServerPayload<"offer">);
        break;
      case "candidate":
        this.#heardCandidate(payload as ServerPayload<"candidate">);
        break;
      case "exit":
        this.#heardExit(payload as ServerPayload<"exit">);
        break;
      case "iceServers":
        this.#configure((payload as ServerPayload<"iceServers">).iceServers);
        break;
    }
  }

  /** What the device says. */
  say(message: FromDevice): void {
    switch (message.type) {
      case "answer":
        this.#to(message.type, message.to, (viewer) => {
          const { sdp } = toSessionDescription("answer", message.sdp);
          return { sdp, ...naming(message.offerId ?? viewer?.offerId) };
        });
        break;
      case "candidate":
        this.#to(message.type, message.to, (viewer) => {
          const { candidate: sdp, usernameFragment } = message;
          const candidate = { ...place(message, viewer), sdp, ...(usernameFragment != null && { usernameFragment }) };
          return { candidate, ...naming(message.offerId ?? viewer?.offerId) };
        });
        break;
      case "config":
        this.#socket.say("iceServers", { room: this.#room }, (reply) => {
          if (reply.ok) this.#configure(reply.iceServers ?? this.#iceServers);
          else this.#reject(reply);
        });
        break;
      case "exit":
        this.#socket.say("exit", { room: this.#room }, (reply) => {
          if (reply.ok) this.#line.close("left");
          else this.#reject(reply);
        });
        break;
    }
  }

  /**
   * Refuses what says nothing that the signaling could be told. It is told all the same, as an event that it cannot read: so
   * every frame counts for the rate limit, and a flood of nonsense is a flood.
   */
  refuse(refused: Refusal, event: ClientEventName = "message"): void {
    this.#socket.say(event, null, (reply) =>
      this.#reject(!reply.ok && reply.code === "RATE_LIMITED" ? reply : refused),
    );
  }

  /** The connection has ended: nothing is held any more. */
  end(): void {
    for (const viewer of this.#viewers.values()) viewer.stop();
    this.#viewers.clear();
  }

  #created({ id, iceServers }: ServerPayload<"created">): void {
    this.#id = id;
    this.#configure(iceServers ?? []);
  }

  #configure(iceServers: readonly IceServer[]): void {
    this.#iceServers = iceServers;
    this.#line.send({
      type: "config",
      id: this.#id,
      room: this.#room,
      stun: stunAddress(iceServers),
      iceServers: [...iceServers],
    });
  }

  #viewer(id: string): Viewer {
    const viewer = this.#viewers.get(id) ?? new Viewer(id, this.#rules, (message) => this.#line.send(message));
    this.#viewers.set(id, viewer);
    return viewer;
  }

  #heardCandidate(payload: ServerPayload<"candidate">): void {
    // An acknowledgement of peers that number their messages (docs/protocol.md, Link) is no candidate.
    if (payload.link?.seq === 0 && payload.candidate.sdp === "") return;
    this.#viewers.get(payload.from)?.candidate(payload);
  }

  #heardExit({ from, reason }: ServerPayload<"exit">): void {
    if (from === this.#id) {
      this.#line.send({ type: "exit", from, ...(reason !== undefined && { reason }) });
      this.#line.close(reason === "replaced" || reason === "closed" ? reason : "kicked");
      return;
    }
    this.#viewers.get(from)?.stop();
    this.#viewers.delete(from);
    // Also of one that made this connection no offer: the device may hold a call with it from before it came back.
    this.#line.send({ type: "exit", from });
  }

  /** To the viewer that the device names, or to the only one. Whether a viewer that it names is there, the signaling knows. */
  #to(event: "answer" | "candidate", named: string | undefined, compose: (viewer: Viewer | undefined) => object): void {
    const [only, ...others] = this.#viewers.values();
    const viewer = named === undefined ? only : this.#viewers.get(named);
    const to = named ?? only?.id;
    if (to === undefined) this.refuse(nobodyThere, event);
    else if (named === undefined && others.length > 0) this.refuse(whichViewer, event);
    else {
      this.#socket.say(event, { room: this.#room, to, ...compose(viewer) }, (reply) => {
        if (!reply.ok) this.#reject(reply);
      });
    }
  }

  #reject({ code, message }: Refusal): void {
    this.#line.send({ type: "rejected", code, message });
  }
}

function naming(offerId: string | undefined): { offerId?: string } {
  return offerId === undefined ? {} : { offerId };
}

/** Where a candidate of the device's belongs, both by name and by place as far as either is known; the first section where it says nothing. */
function place(
  { sdpMid, sdpMLineIndex }: { sdpMid?: string | null | undefined; sdpMLineIndex?: number | string | null | undefined },
  viewer: Viewer | undefined,
) {
  if (sdpMid != null) return { sdpMid, ...(sdpMLineIndex != null && { sdpMLineIndex }) };
  const index = sdpMLineIndex ?? 0;
  return { sdpMid: viewer?.midAt(Number(index)) ?? null, sdpMLineIndex: index };
}
