import { randomBytes } from "node:crypto";
import {
  readDeviceMessage,
  refusal,
  type Capabilities,
  type DeviceMessages,
  type Limits,
  type Refusal,
} from "@sig/protocol";
import { type WebSocket } from "ws";
import { type Signaling } from "../attach-signaling.js";
import { askWithin, judgeVerdict } from "../host-call.js";
import { type Log } from "../logger.js";
import { refusals } from "../refusals.js";
import { type DeviceRequest, type DeviceSettings, type UpgradeRequest } from "./device-options.js";
import { DeviceSession } from "./device-session.js";
import { DeviceSocket } from "./device-socket.js";
import { closeCodes, JsonConnection } from "./json-connection.js";

/** What all devices of one gateway share. */
export interface Gateway {
  readonly settings: DeviceSettings;
  readonly signaling: Signaling;
  readonly limits: Limits;
  readonly messages: DeviceMessages;
  readonly log: Log;
}

/** One connected device. */
export interface Device {
  /** Takes it out of its room and closes its connection with a code. */
  leave(code: number): void;
}

/**
 * Serves one device for as long as its WebSocket lasts: it is a socket of the signaling from the first frame on, so that what it
 * says before it has joined is judged as well, and joins once the host has said yes.
 */
export function admitDevice(gateway: Gateway, webSocket: WebSocket, request: UpgradeRequest, address: string): Device {
  const { settings, signaling, log } = gateway;
  const query = new URLSearchParams(address);
  const device = readRequest(request, query);
  const key = query.get("key") ?? undefined;
  const socket = new DeviceSocket(
    request,
    (event, payload) => session.hear(event, payload),
    () => {
      connection.close(closeCodes.refused);
      session.end();
    },
  );
  const connection = new JsonConnection(webSocket, settings, {
    received: (value) => {
      const message = readDeviceMessage(gateway.messages, value);
      if (message.ok) session.say(message.value);
      else session.refuse(message);
    },
    unreadable: (refused) => session.refuse(refused),
    gone: ({ clean, why }) => {
      if (why !== undefined) log.warn("device cut off", { socket: socket.id, room: device.room, why });
      end(clean);
    },
  });
  const session = new DeviceSession(
    device.room,
    socket,
    {
      send: (message) => connection.send(message),
      close: (why) => {
        connection.close(
          why === "left" || why === "replaced"
            ? closeCodes[why]
            : why === "closed"
              ? closeCodes.goingAway
              : closeCodes.refused,
        );
        end(false);
      },
    },
    { gather: device.gather, gatherTimeoutMs: settings.gatherTimeoutMs, maxSdp: gateway.limits.sdp },
  );

  /** @param leaves whether it says that it leaves, or might come back */
  const end = (leaves: boolean): void => {
    if (leaves) socket.say("exit", { room: device.room }, () => undefined);
    session.end();
    socket.end();
  };
  const refuse = ({ code, message, retryable }: Refusal): void => {
    log.debug("device refused", { socket: socket.id, room: device.room, code });
    connection.send({ type: "rejected", code, message });
    connection.close(retryable ? closeCodes.tryAgainLater : closeCodes.refused);
    end(false);
  };

  // A device that has no key of its own cannot come back as the one it was: for the others it is gone when its connection is.
  if (!signaling.serve(socket, key === undefined ? { graceMs: 0 } : {})) refuse(refusals.closing);
  else if (!isEncoded(address)) refuse(notEncoded);
  else {
    void askHost(gateway, device).then((asked) => {
      if (!asked.ok) refuse(asked);
      else {
        const { room, token } = device;
        const said = {
          ...(token !== undefined && { token }),
          ...(asked.metadata !== undefined && { metadata: asked.metadata }),
        };
        const join = {
          room,
          key: key ?? randomBytes(24).toString("base64url"),
          capabilities: capabilitiesOf(device),
          ...said,
        };
        socket.say("createAndJoinRoom", join, (reply) => {
          if (!reply.ok) refuse(reply);
        });
      }
    });
  }
  return {
    leave: (code) => {
      connection.close(code);
      end(true);
    },
  };
}

const notEncoded = refusal("BAD_PAYLOAD", "The values in the address must be UTF-8, percent-encoded.");

/** What is not would be read as something else: the device would wait in a room where nobody comes. */
function isEncoded(query: string): boolean {
  try {
    decodeURIComponent(query);
    return /^[!-~]*$/.test(query);
  } catch {
    return false;
  }
}

function readRequest(request: UpgradeRequest, query: URLSearchParams): DeviceRequest {
  const [token, name] = [query.get("token"), query.get("name")];
  return {
    request,
    room: query.get("room") ?? "",
    gather: query.get("gather") === "1",
    ...(token !== null && { token }),
    ...(name !== null && { name }),
  };
}

/** It answers, and does nothing else: whoever wants to see it makes the offer (docs/protocol.md, Capabilities). */
function capabilitiesOf({ gather }: DeviceRequest): Capabilities {
  return { trickle: !gather, rollback: false, renegotiate: false, restart: false, dialect: "device" };
}

/** Whether the device may come in, and what is said of it. */
async function askHost(
  { settings, log }: Gateway,
  device: DeviceRequest,
): Promise<{ readonly ok: true; readonly metadata: unknown } | Refusal> {
  const { authorize, authorizeTimeoutMs, metadata } = settings;
  const failed = (source: string) => (cause: unknown) =>
    log.error("something of the host's failed", { source, error: cause instanceof Error ? cause.name : typeof cause });
  if (authorize !== undefined) {
    const answer = await askWithin(authorizeTimeoutMs, () => authorize(device), failed("authorize"));
    const refused = judgeVerdict(answer, authorizeTimeoutMs);
    if (refused !== undefined) return refused;
  }
  if (metadata === undefined)
    return { ok: true, metadata: device.name === undefined ? undefined : { name: device.name } };
  const said = await askWithin(authorizeTimeoutMs, () => metadata(device), failed("metadata"));
  return said.ok
    ? { ok: true, metadata: said.value }
    : refusal("INTERNAL", "What is to be said of this device could not be found out.");
}
