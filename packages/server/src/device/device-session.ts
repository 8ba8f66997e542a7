import {
  rejection,
  toSessionDescription,
  type BaseEventName,
  type FromDevice,
  type IceServer,
  type Rejection,
  type ServerPayload,
  type ToDevice,
} from "@sig/protocol";
import { type DeviceSocket } from "./device-socket.js";
import { stunAddress } from "./stun-address.js";
import { Viewer, type ViewerSettings } from "./viewer.js";

/** Why the signaling ends the membership of a device. */
export type EndReason = "left" | "kicked" | "replaced" | "expired" | "closed" | "moved";

/** Sends to the device. */
export interface DeviceTransport {
  send(message: ToDevice): void;
  /** Ends the connection, and the socket of the signaling with it. */
  close(reason: EndReason): void;
}

const noViewer = rejection("PEER_NOT_FOUND", "No peer has sent this device an offer.");
const ambiguousViewer = rejection("BAD_PAYLOAD", '"to" is missing: there are several viewers.');

/** Translates between the messages of a device and the events of the protocol, for one device in one room. */
export class DeviceSession {
  readonly #room: string;
  readonly #socket: DeviceSocket;
  readonly #transport: DeviceTransport;
  readonly #viewerSettings: ViewerSettings;
  readonly #viewers = new Map<string, Viewer>();
  #id = "";
  #iceServers: readonly IceServer[] = [];

  constructor(room: string, socket: DeviceSocket, transport: DeviceTransport, viewerSettings: ViewerSettings) {
    this.#room = room;
    this.#socket = socket;
    this.#transport = transport;
    this.#viewerSettings = viewerSettings;
  }

  /**
   * Handles an event of the signaling. Events that are not for devices, such as presence and app messages, are ignored.
   */
  onEvent(event: string, payload: unknown): void {
    switch (event) {
      case "created":
        this.#onCreated(payload as ServerPayload<"created">);
        break;
      case "offer":
        this.#viewer((payload as ServerPayload<"offer">).from).onOffer(payload as ServerPayload<"offer">);
        break;
      case "candidate":
        this.#onCandidate(payload as ServerPayload<"candidate">);
        break;
      case "exit":
        this.#onExit(payload as ServerPayload<"exit">);
        break;
      case "drain":
        this.#transport.close("moved");
        break;
      case "iceServers":
        this.#sendConfig((payload as ServerPayload<"iceServers">).iceServers);
        break;
    }
  }

  /** Handles a message of the device. */
  onMessage(message: FromDevice): void {
    switch (message.type) {
      case "answer":
        this.#sendTo(message.type, message.to, (viewer) => {
          const { sdp } = toSessionDescription("answer", message.sdp);
          return { sdp, ...offerIdField(message.offerId ?? viewer?.offerId) };
        });
        break;
      case "candidate":
        this.#sendTo(message.type, message.to, (viewer) => {
          const { candidate: sdp, usernameFragment } = message;
          const candidate = {
            ...sectionOf(message, viewer),
            sdp,
            ...(usernameFragment != null && { usernameFragment }),
          };
          return { candidate, ...offerIdField(message.offerId ?? viewer?.offerId) };
        });
        break;
      case "config":
        this.#socket.send("iceServers", { room: this.#room }, (reply) => {
          if (reply.ok) this.#sendConfig(reply.iceServers ?? this.#iceServers);
          else this.#sendRejection(reply);
        });
        break;
      case "exit":
        this.#socket.send("exit", { room: this.#room }, (reply) => {
          if (reply.ok) this.#transport.close("left");
          else this.#sendRejection(reply);
        });
        break;
    }
  }

  /**
   * Rejects a message that has no meaning for the signaling. It is sent to the signaling all the same, as an event with
   * an invalid payload: so every frame counts for the rate limit, and a flood of nonsense is a flood.
   */
  reject(reason: Rejection, event: BaseEventName = "offer"): void {
    this.#socket.send(event, null, (reply) =>
      this.#sendRejection(!reply.ok && reply.code === "RATE_LIMITED" ? reply : reason),
    );
  }

  /** The connection has ended: all offers that wait are dropped. */
  end(): void {
    for (const viewer of this.#viewers.values()) viewer.dropOffer();
    this.#viewers.clear();
  }

  #onCreated({ id, iceServers }: ServerPayload<"created">): void {
    this.#id = id;
    this.#sendConfig(iceServers ?? []);
  }

  #onCandidate(payload: ServerPayload<"candidate">): void {
    // Peers that number their messages send acknowledgements as empty candidates (docs/protocol.md, Link).
    if (payload.link?.seq === 0 && payload.candidate.sdp === "") return;
    this.#viewers.get(payload.from)?.onCandidate(payload);
  }

  #onExit({ from, reason }: ServerPayload<"exit">): void {
    if (from === this.#id) {
      this.#transport.send({ type: "exit", from, ...(reason !== undefined && { reason }) });
      this.#transport.close(reason === "replaced" || reason === "expired" || reason === "closed" ? reason : "kicked");
      return;
    }
    this.#viewers.get(from)?.dropOffer();
    this.#viewers.delete(from);
    // Sent also for a peer without an offer on this connection: the device may hold a call with it from before it came
    // back.
    this.#transport.send({ type: "exit", from });
  }

  #sendConfig(iceServers: readonly IceServer[]): void {
    this.#iceServers = iceServers;
    this.#transport.send({
      type: "config",
      id: this.#id,
      room: this.#room,
      stun: stunAddress(iceServers),
      iceServers: [...iceServers],
    });
  }

  #viewer(id: string): Viewer {
    const viewer =
      this.#viewers.get(id) ?? new Viewer(id, this.#viewerSettings, (message) => this.#transport.send(message));
    this.#viewers.set(id, viewer);
    return viewer;
  }

  /**
   * Sends to the viewer that the device names, or to the only one. Whether a named viewer is present, the signaling
   * decides.
   */
  #sendTo(
    event: "answer" | "candidate",
    named: string | undefined,
    compose: (viewer: Viewer | undefined) => object,
  ): void {
    const [only, ...others] = this.#viewers.values();
    const viewer = named === undefined ? only : this.#viewers.get(named);
    const to = named ?? only?.id;
    if (to === undefined) this.reject(noViewer, event);
    else if (named === undefined && others.length > 0) this.reject(ambiguousViewer, event);
    else {
      this.#socket.send(event, { room: this.#room, to, ...compose(viewer) }, (reply) => {
        if (!reply.ok) this.#sendRejection(reply);
      });
    }
  }

  #sendRejection({ code, message }: Rejection): void {
    this.#transport.send({ type: "rejected", code, message });
  }
}

function offerIdField(offerId: string | undefined): { offerId?: string } {
  return offerId === undefined ? {} : { offerId };
}

/**
 * The section that a candidate of the device belongs to, by name and by index as far as either is known; by default the
 * first one.
 */
function sectionOf(
  { sdpMid, sdpMLineIndex }: { sdpMid?: string | null | undefined; sdpMLineIndex?: number | string | null | undefined },
  viewer: Viewer | undefined,
) {
  if (sdpMid != null) return { sdpMid, ...(sdpMLineIndex != null && { sdpMLineIndex }) };
  const index = sdpMLineIndex ?? 0;
  return { sdpMid: viewer?.midAt(Number(index)) ?? null, sdpMLineIndex: index };
}
