import type { Page } from "playwright-core";
import type { End, UdpPath } from "./udp-path.js";

declare global {
  interface Window {
    /** Opens a forwarder to an address and returns its port; null if it cannot be forwarded to. */
    rigDivert(address: string, port: number): Promise<number | null>;
    /** Every connection that the page has created, except those that were closed unused. */
    rigConnections: RTCPeerConnection[];
    /**
     * The remote descriptions and candidates applied to them: `offer` or `answer` with the origin line of the remote
     * description, `candidate` with its line.
     */
    rigApplied: string[];
  }
}

/** The path of a page, and the end that the page is at. */
export interface Route {
  path: UdpPath;
  end: End;
}

/**
 * Call it before the page is opened: its connections reach the other end only through forwarders. Its signaling is
 * unchanged.
 */
export async function divertCandidates(page: Page, route: Route): Promise<void> {
  await page.exposeFunction(
    "rigDivert",
    async (address: string, port: number) => (await route.path.forward(route.end, address, port)) ?? null,
  );
  await page.addInitScript(installDiversion);
}

/** Runs in the page, before every other script. */
function installDiversion(): void {
  /** The same candidate with the port of a forwarder; undefined for TCP, IPv6 and separate RTCP, which are dropped. */
  const divert = async (line: string): Promise<string | undefined> => {
    const [foundation, component = "", protocol = "", priority, address = "", port = "", ...rest] = line.split(" ");
    if (component !== "1" || protocol.toLowerCase() !== "udp" || address.includes(":")) return undefined;
    const forwarderPort = await window.rigDivert(address, Number(port));
    return forwarderPort === null
      ? undefined
      : [foundation, component, protocol, priority, address, String(forwarderPort), ...rest].join(" ");
  };

  const divertAll = async (sdp: string): Promise<string> => {
    const lines = await Promise.all(
      sdp.split("\r\n").map(async (line) => {
        if (!line.startsWith("a=candidate:")) return line;
        const diverted = await divert(line.slice("a=".length));
        return diverted === undefined ? undefined : `a=${diverted}`;
      }),
    );
    return lines.filter((line) => line !== undefined).join("\r\n");
  };

  window.rigConnections = [];
  window.rigApplied = [];
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      window.rigConnections.push(this);
    }

    override close(): void {
      // A connection that was created ahead of the first peer, and never used.
      if (this.connectionState === "new" && this.localDescription === null && this.remoteDescription === null) {
        window.rigConnections = window.rigConnections.filter((connection) => connection !== this);
      }
      super.close();
    }

    override async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
      const { type, sdp = "" } = description;
      window.rigApplied.push(`${type} ${/^o=.*$/m.exec(sdp)?.[0].trim() ?? ""}`);
      await super.setRemoteDescription(type === "rollback" ? { type } : { type, sdp: await divertAll(sdp) });
    }

    override async addIceCandidate(init?: RTCIceCandidateInit | null): Promise<void> {
      window.rigApplied.push(`candidate ${init?.candidate ?? ""} of ${init?.usernameFragment ?? "?"}`);
      if (init?.candidate === undefined || init.candidate === "") {
        await super.addIceCandidate(init);
        return;
      }
      const candidate = await divert(init.candidate);
      if (candidate !== undefined) await super.addIceCandidate({ ...init, candidate });
    }
  };
}
