import type { RTCPeerConnection, RTCRtpTransceiver } from "werift";

type Direction = RTCRtpTransceiver["direction"];
type Connection = Pick<RTCPeerConnection, "currentLocalDescription" | "currentRemoteDescription" | "getTransceivers">;

/** W3C webrtc section 4.7.3, "check if negotiation is needed": whether what was agreed on differs from what is wanted now. */
export function needsNegotiation(connection: Connection, hasChannels: boolean): boolean {
  const { currentLocalDescription: ours, currentRemoteDescription: theirs } = connection;
  if (hasChannels && !/^m=application/m.test(ours?.sdp ?? "")) return true;
  const agreed = directions(ours?.sdp);
  const theirDirections = directions(theirs?.sdp);
  return connection.getTransceivers().some(({ mid, direction, stopping, stopped }) => {
    if (stopping || stopped) return false;
    const said = agreed.get(mid);
    if (said === undefined) return true;
    const mirrored = mirror(theirDirections.get(mid) ?? "inactive");
    return ours?.type === "answer" ? said !== both(direction, mirrored) : direction !== said && direction !== mirrored;
  });
}

/** The direction of each media section, by its mid. */
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

function of(send: boolean, receive: boolean): Direction {
  if (send) return receive ? "sendrecv" : "sendonly";
  return receive ? "recvonly" : "inactive";
}

/** As the other side sees it. */
function mirror(direction: Direction): Direction {
  return of(receives(direction), sends(direction));
}

function both(one: Direction, other: Direction): Direction {
  return of(sends(one) && sends(other), receives(one) && receives(other));
}
