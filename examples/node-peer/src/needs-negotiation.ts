import type { RTCPeerConnection, RTCRtpTransceiver } from "werift";

type Direction = RTCRtpTransceiver["direction"];
type Connection = Pick<RTCPeerConnection, "currentLocalDescription" | "currentRemoteDescription" | "getTransceivers">;

/**
 * Whether the negotiated state differs from the wanted one: "check if negotiation is needed", W3C webrtc section 4.7.3.
 */
export function needsNegotiation(connection: Connection, hasChannels: boolean): boolean {
  const { currentLocalDescription: local, currentRemoteDescription: remote } = connection;
  if (hasChannels && !/^m=application/m.test(local?.sdp ?? "")) return true;
  const localDirections = directions(local?.sdp);
  const remoteDirections = directions(remote?.sdp);
  return connection.getTransceivers().some(({ mid, direction, stopping, stopped }) => {
    if (stopping || stopped) return false;
    const negotiated = localDirections.get(mid);
    if (negotiated === undefined) return true;
    const offered = mirror(remoteDirections.get(mid) ?? "inactive");
    return local?.type === "answer"
      ? negotiated !== both(direction, offered)
      : direction !== negotiated && direction !== offered;
  });
}

/** The direction of each media section, by mid. */
function directions(sdp = ""): Map<string | null, Direction> {
  const sections = sdp.split(/^(?=m=)/m).slice(1);
  return new Map(
    sections.map((section) => {
      const mid = /^a=mid:(\S+)/m.exec(section)?.[1] ?? null;
      const direction = /^a=(sendrecv|sendonly|recvonly|inactive)/m.exec(section)?.[1] as Direction | undefined;
      return [mid, direction ?? "sendrecv"];
    }),
  );
}

const sends = (direction: Direction): boolean => direction === "sendrecv" || direction === "sendonly";
const receives = (direction: Direction): boolean => direction === "sendrecv" || direction === "recvonly";

function directionOf(send: boolean, receive: boolean): Direction {
  if (send) return receive ? "sendrecv" : "sendonly";
  return receive ? "recvonly" : "inactive";
}

/** The same direction from the other side. */
function mirror(direction: Direction): Direction {
  return directionOf(receives(direction), sends(direction));
}

function both(one: Direction, other: Direction): Direction {
  return directionOf(sends(one) && sends(other), receives(one) && receives(other));
}
