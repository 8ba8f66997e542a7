import { readDeviceMessage, rejection, type DeviceMessages, type Limits, type Rejection } from "@sig/protocol";
import { type WebSocket } from "ws";
import { type Signaling } from "../signaling.js";
import { type Log } from "../logger.js";
import { peerIdFromKey } from "../peer-id.js";
import { plainText } from "../rejected-event.js";
import { rejections } from "../rejections.js";
import { type Authorize } from "../options.js";
import { authorizeDevice, renewDevice, type Admission } from "./authorize-device.js";
import { type DeviceSettings, type UpgradeRequest } from "./device-options.js";
import { capabilitiesOf, isPercentEncoded, readDeviceRequest } from "./device-request.js";
import { DeviceSession, type EndReason } from "./device-session.js";
import { DeviceSocket } from "./device-socket.js";
import { closeCodes, JsonConnection } from "./json-connection.js";

/** The state that all devices of one gateway share. */
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

const closeCodeOf: Record<EndReason, number> = {
  left: closeCodes.left,
  replaced: closeCodes.replaced,
  closed: closeCodes.goingAway,
  moved: closeCodes.moved,
  kicked: closeCodes.rejected,
  expired: closeCodes.rejected,
};

const notEncoded = rejection("BAD_PAYLOAD", "The values in the address must be UTF-8, percent-encoded.");

/**
 * Serves one device for as long as its WebSocket lasts. It is a socket of the signaling from the first frame on, so
 * that every message is validated and counted, and joins once the application has admitted it.
 */
export function admitDevice(gateway: Gateway, webSocket: WebSocket, request: UpgradeRequest, address: string): Device {
  const { settings, signaling, log } = gateway;
  const query = new URLSearchParams(address);
  const device = readDeviceRequest(request, query);
  const { room, token } = device;
  const key = query.get("key") ?? undefined;
  const socket = new DeviceSocket(
    `device-${randomText(settings, 16, "hex")}`,
    request,
    (event, payload) => session.onEvent(event, payload),
    () => {
      connection.close(closeCodes.rejected);
      session.end();
    },
    signaling.eventPrefix,
  );
  const connection = new JsonConnection(webSocket, settings, {
    onValue: (value) => {
      const message = readDeviceMessage(gateway.messages, value);
      if (message.ok) session.onMessage(message.value);
      else session.reject(message);
    },
    onUnreadable: (rejection) => session.reject(rejection),
    onEnd: ({ clean, cause }) => {
      if (cause !== undefined) log.warn("device disconnected", { socket: socket.id, room, cause });
      end(clean, cause);
    },
  });
  const session = new DeviceSession(
    room,
    socket,
    {
      send: (message) => connection.send(message),
      close: (reason) => {
        connection.close(closeCodeOf[reason]);
        end(false);
      },
    },
    {
      gather: device.gather,
      gatherTimeoutMs: settings.gatherTimeoutMs,
      maxSdp: gateway.limits.sdp,
      clock: settings.clock,
    },
  );

  /** @param leaves whether the device leaves its room; otherwise it might come back */
  const end = (leaves: boolean, cause?: string): void => {
    if (leaves) socket.send("exit", { room }, () => undefined);
    session.end();
    socket.end(cause);
  };
  const reject = ({ code, message, retryable }: Rejection): void => {
    log.debug("device rejected", { socket: socket.id, room, code });
    connection.send({ type: "rejected", code, message });
    connection.close(retryable ? closeCodes.tryAgainLater : closeCodes.rejected);
    end(false);
  };
  /** The signaling knows nothing of what it was not asked. */
  const rejectUnasked = (rejection: Rejection): void => {
    const called = plainText({ room }, "room");
    signaling.reportRejected({
      socketId: socket.id,
      event: "createAndJoinRoom",
      code: rejection.code,
      ...(called !== undefined && { room: called }),
      ...(key !== undefined && { peerId: peerIdFromKey(key) }),
    });
    reject(rejection);
  };
  const join = (metadata: unknown): void => {
    const payload = {
      room,
      key: key ?? randomText(settings, 24, "base64url"),
      capabilities: capabilitiesOf(device),
      features: ["drain"],
      ...(token !== undefined && { token }),
      ...(metadata !== undefined && { metadata }),
    };
    socket.send("createAndJoinRoom", payload, (reply) => {
      if (!reply.ok) reject(reply);
    });
  };

  // The gateway asks for the admission before the join, and the signaling for each renewal.
  let admission: Admission | false = false;
  const authorize: Authorize = ({ reason }) => (reason === "renewal" ? renewDevice(gateway, device) : admission);

  // A device that sends no key cannot come back as the same peer: for the others it leaves when its connection ends.
  const isServed = signaling.serve(socket, {
    graceMs: key === undefined ? 0 : undefined,
    authorize: settings.authorize && authorize,
  });
  if (!isServed) reject(rejections.closing);
  else if (!isPercentEncoded(address)) rejectUnasked(notEncoded);
  else {
    void authorizeDevice(gateway, device).then((answer) => {
      if (answer.ok) {
        admission = answer.admission;
        join(answer.metadata);
      } else rejectUnasked(answer);
    });
  }
  return {
    leave: (code) => {
      connection.close(code);
      end(true);
    },
  };
}

function randomText({ randomBytes }: DeviceSettings, size: number, encoding: "hex" | "base64url"): string {
  return Buffer.from(randomBytes(size)).toString(encoding);
}
