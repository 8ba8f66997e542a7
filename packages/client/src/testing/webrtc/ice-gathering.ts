import type { NetworkCore } from "./network-core.js";

export interface GatheringListener {
  readonly configuration: RTCConfiguration;
  /** The state of a generation has changed. */
  changed(): void;
  /** `undefined`: end-of-candidates of this generation. */
  candidate(ufrag: string, line: string | undefined): void;
  candidateError(error: { readonly url: string; readonly errorCode: number; readonly errorText: string }): void;
}

/** The gathered candidates of one ICE generation. */
export interface Gathered {
  readonly lines: string[];
  readonly state: RTCIceGatheringState;
  stop(): void;
}

/** Gathers the candidates of one ICE generation one by one, then end-of-candidates. It begins in a task of its own. */
export function gather(ufrag: string, listener: GatheringListener, core: NetworkCore): Gathered {
  const waiting = plan(listener.configuration, core);
  const lines: string[] = [];
  let state: RTCIceGatheringState = "new";
  let cancel = core.task(() => {
    become("gathering");
    next();
  });
  const become = (now: RTCIceGatheringState): void => {
    state = now;
    listener.changed();
  };
  const next = (): void => {
    cancel = core.after(core.times.gatheringMs, () => {
      const found = waiting.shift();
      if (found === undefined) {
        become("complete");
        listener.candidate(ufrag, undefined);
        return;
      }
      if (typeof found === "object") listener.candidateError(found);
      else {
        const line = lineOf(found, lines.length, ufrag);
        lines.push(line);
        listener.candidate(ufrag, line);
      }
      next();
    });
  };
  return {
    lines,
    get state() {
      return state;
    },
    stop: () => cancel(),
  };
}

type Kind = "host" | "srflx" | "relay";

/** The host candidates, and the candidates or errors of the configured ICE servers. */
function plan({ iceServers = [], iceTransportPolicy }: RTCConfiguration, { candidates, failingServers }: NetworkCore) {
  const found: (Kind | { url: string; errorCode: number; errorText: string })[] = [];
  if (iceTransportPolicy !== "relay") for (let count = 0; count < candidates; count++) found.push("host");
  for (const url of iceServers.flatMap(({ urls }) => urls)) {
    const failure = failingServers.get(url);
    if (failure !== undefined) found.push({ url, ...failure });
    else if (/^turns?:/.test(url)) found.push("relay");
    else if (iceTransportPolicy !== "relay") found.push("srflx");
  }
  return found;
}

const priorities = { host: 2_122_260_223, srflx: 1_686_052_607, relay: 41_885_439 };
const addresses = { host: "192.0.2.", srflx: "198.51.100.", relay: "203.0.113." };

/** The addresses are from the blocks for documentation (RFC 5737). */
function lineOf(kind: Kind, index: number, ufrag: string): string {
  const address = addresses[kind] + String((index % 250) + 1);
  const related = kind === "host" ? "" : " raddr 0.0.0.0 rport 0";
  const number = String(index + 1);
  return (
    `candidate:${number} 1 udp ${String(priorities[kind] - index)} ${address} ${String(50_000 + index)} ` +
    `typ ${kind}${related} generation 0 ufrag ${ufrag}`
  );
}

/** An `RTCIceCandidate`. The fields of its line (RFC 8839 section 5.1) are parsed on access. */
export class FakeIceCandidate {
  readonly candidate: string;
  readonly sdpMid: string;
  readonly sdpMLineIndex = 0;
  readonly usernameFragment: string;
  readonly tcpType = null;
  readonly relatedAddress = null;
  readonly relatedPort = null;

  constructor(line: string, usernameFragment: string, mid: string) {
    this.candidate = line;
    this.usernameFragment = usernameFragment;
    this.sdpMid = mid;
  }

  get foundation(): string | null {
    return this.#field(0)?.replace("candidate:", "") ?? null;
  }

  get component(): "rtp" | "rtcp" {
    return this.#field(1) === "2" ? "rtcp" : "rtp";
  }

  get protocol(): string | null {
    return this.#field(2);
  }

  get priority(): number {
    return Number(this.#field(3));
  }

  get address(): string | null {
    return this.#field(4);
  }

  get port(): number {
    return Number(this.#field(5));
  }

  get type(): string | null {
    return this.#field(7);
  }

  toJSON(): RTCIceCandidateInit {
    const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = this;
    return { candidate, sdpMid, sdpMLineIndex, usernameFragment };
  }

  #field(index: number): string | null {
    return this.candidate.split(" ")[index] ?? null;
  }
}
