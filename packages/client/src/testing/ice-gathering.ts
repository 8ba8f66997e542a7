import type { IceAgent } from "./ice-agent.js";
import type { NetworkCore } from "./network-core.js";

/** What is gathered for one generation. */
export interface Gathered {
  readonly lines: string[];
  done: boolean;
  stop(): void;
}

/** Finds the candidates of one generation, one after the other, and then their end. */
export function gather(ufrag: string, { listener }: IceAgent, core: NetworkCore): Gathered {
  const waiting = plan(listener.configuration, core);
  let cancel = (): void => undefined;
  const gathered: Gathered = {
    lines: [],
    done: false,
    stop: () => {
      cancel();
    },
  };
  listener.gatheringChanged("gathering");
  const next = (): void => {
    cancel = core.after(core.times.gatheringMs, () => {
      const found = waiting.shift();
      if (found === undefined) {
        gathered.done = true;
        listener.gatheringChanged("complete");
        listener.candidate(ufrag, undefined);
        return;
      }
      if (typeof found === "object") listener.candidateError(found);
      else {
        const line = lineOf(found, gathered.lines.length, ufrag);
        gathered.lines.push(line);
        listener.candidate(ufrag, line);
      }
      next();
    });
  };
  next();
  return gathered;
}

type Kind = "host" | "srflx" | "relay";

/** Host candidates, and what the ICE servers of the configuration give or refuse. */
function plan({ iceServers = [], iceTransportPolicy }: RTCConfiguration, { candidates, refusingServers }: NetworkCore) {
  const found: (Kind | { url: string; errorCode: number; errorText: string })[] = [];
  if (iceTransportPolicy !== "relay") for (let count = 0; count < candidates; count++) found.push("host");
  for (const url of iceServers.flatMap(({ urls }) => urls)) {
    const refused = refusingServers.get(url);
    if (refused !== undefined) found.push({ url, ...refused });
    else if (/^turns?:/.test(url)) found.push("relay");
    else if (iceTransportPolicy !== "relay") found.push("srflx");
  }
  return found;
}

const priorities = { host: 2_122_260_223, srflx: 1_686_052_607, relay: 41_885_439 };
const addresses = { host: "192.0.2.", srflx: "198.51.100.", relay: "203.0.113." };

/** Addresses are of the blocks for documentation (RFC 5737). */
function lineOf(kind: Kind, index: number, ufrag: string): string {
  const address = addresses[kind] + String((index % 250) + 1);
  const related = kind === "host" ? "" : " raddr 0.0.0.0 rport 0";
  const number = String(index + 1);
  return `candidate:${number} 1 udp ${String(priorities[kind] - index)} ${address} ${String(50_000 + index)} typ ${kind}${related} generation 0 ufrag ${ufrag}`;
}

/** The members of `RTCIceCandidate`, read from a candidate line (RFC 8839 section 5.1). */
export function iceCandidate(line: string, ufrag: string, mid: string): object {
  const [foundation = "", component, protocol = null, priority, address = null, port, , type = null] = line.replace("candidate:", "").split(" ");
  const init = { candidate: line, sdpMid: mid, sdpMLineIndex: 0, usernameFragment: ufrag };
  return {
    ...init,
    foundation,
    component: component === "1" ? "rtp" : "rtcp",
    protocol,
    priority: Number(priority),
    address,
    port: Number(port),
    type,
    tcpType: null,
    relatedAddress: null,
    relatedPort: null,
    toJSON: () => init,
  };
}
