import type { Clock } from "../util/clock.js";

/** One address of an ICE server. */
export interface Address {
  readonly url: string;
  readonly username?: string | undefined;
  readonly credential?: string | undefined;
}

/** What one connection gathered with one address, or with none. */
export interface Gathered {
  readonly address: Address | undefined;
  /** Types of the UDP candidates, in order (RFC 8839 section 5.1). */
  readonly types: readonly string[];
  /** Whether a host candidate has a `.local` name. */
  readonly hidden: boolean;
  /** Codes of `icecandidateerror`. */
  readonly codes: readonly number[];
  /** Whether gathering ended by itself, before `until`. */
  readonly complete: boolean;
  /** The duration in milliseconds. */
  readonly ms: number;
  /** The browser made no connection with this address. */
  readonly failed: boolean;
}

/**
 * Gathers with one address alone, until it provides its type of candidate, gathering is complete, or `until` resolves.
 */
export async function gather(
  make: (configuration: RTCConfiguration) => RTCPeerConnection,
  clock: Clock,
  address: Address | undefined,
  until: Promise<void>,
): Promise<Gathered> {
  const since = clock.now();
  const types: string[] = [];
  const codes: number[] = [];
  let hidden = false;
  const result = (complete: boolean, failed = false): Gathered => ({
    address,
    types,
    hidden,
    codes,
    complete,
    ms: clock.now() - since,
    failed,
  });
  let connection: RTCPeerConnection | undefined;
  try {
    connection = make({ iceServers: address === undefined ? [] : [{ ...address, urls: address.url }] });
    const complete = collect(
      connection,
      address,
      (line) => {
        const [, protocol = "", host = "", type = ""] =
          /^candidate:\S+ 1 (\S+) \S+ (\S+) \S+ typ (\w+)/i.exec(line) ?? [];
        if (protocol.toLowerCase() === "udp") types.push(type);
        hidden ||= host.endsWith(".local");
        return type;
      },
      codes,
    );
    connection.createDataChannel("preflight");
    await connection.setLocalDescription();
    return result(await Promise.race([complete, until.then(() => false)]));
  } catch {
    return result(false, true);
  } finally {
    connection?.close();
  }
}

/** Resolves when the expected candidate has arrived or gathering is complete. */
function collect(
  connection: RTCPeerConnection,
  address: Address | undefined,
  take: (line: string) => string,
  codes: number[],
): Promise<boolean> {
  const expected = address === undefined ? undefined : /^turns?:/i.test(address.url) ? "relay" : "srflx";
  return new Promise((resolve) => {
    connection.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate !== null && take(candidate.candidate) === expected) resolve(true);
    });
    connection.addEventListener("icecandidateerror", ({ errorCode }) => codes.push(errorCode));
    connection.addEventListener("icegatheringstatechange", () => {
      if (connection.iceGatheringState === "complete") resolve(true);
    });
  });
}
