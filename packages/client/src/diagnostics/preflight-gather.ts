import type { Clock } from "../util/clock.js";

/** One address of an ICE server. */
export interface Address {
  readonly url: string;
  readonly username?: string | undefined;
  readonly credential?: string | undefined;
}

/** What one connection found over one address, or over none. */
export interface Gathered {
  readonly address: Address | undefined;
  /** Types of the candidates over UDP, as they came (RFC 8839 section 5.1). */
  readonly types: readonly string[];
  /** Whether a host candidate was behind a `.local` name. */
  readonly hidden: boolean;
  /** Codes of `icecandidateerror`. */
  readonly codes: readonly number[];
  /** Whether it ended by itself, and was not stopped. */
  readonly complete: boolean;
  /** Milliseconds that it took. */
  readonly ms: number;
  /** The browser makes no connection with this address. */
  readonly unmade: boolean;
}

/** Gathers over one address alone, until it has given what it is for, there is no more to come, or `until` resolves. */
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
  const result = (complete: boolean, unmade = false): Gathered => ({
    address,
    types,
    hidden,
    codes,
    complete,
    ms: clock.now() - since,
    unmade,
  });
  let connection: RTCPeerConnection | undefined;
  try {
    connection = make({ iceServers: address === undefined ? [] : [{ ...address, urls: address.url }] });
    const complete = read(
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

/** Resolves when there is no more to be found, or to be known. */
function read(
  connection: RTCPeerConnection,
  address: Address | undefined,
  take: (line: string) => string,
  codes: number[],
): Promise<boolean> {
  const wanted = address === undefined ? undefined : /^turns?:/i.test(address.url) ? "relay" : "srflx";
  return new Promise((resolve) => {
    connection.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate !== null && take(candidate.candidate) === wanted) resolve(true);
    });
    connection.addEventListener("icecandidateerror", ({ errorCode }) => codes.push(errorCode));
    connection.addEventListener("icegatheringstatechange", () => {
      if (connection.iceGatheringState === "complete") resolve(true);
    });
  });
}
