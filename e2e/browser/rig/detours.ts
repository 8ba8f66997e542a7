import type { Page } from "playwright-core";
import type { End, UdpPath } from "./udp-path.js";

declare global {
  interface Window {
    /** The port at which the detour to an address begins; null where there is none. */
    rigDetour(address: string, port: number): Promise<number | null>;
    /** Every connection that the page has made, but for those that were closed before anything was done with them. */
    rigConnections: RTCPeerConnection[];
    /** What was asked of them: `offer` and `answer` for remote descriptions, with their origin; `candidate` with its line. */
    rigApplied: string[];
  }
}

/** The end of a path that a page is at. */
export interface Route {
  path: UdpPath;
  end: End;
}

/** To be called before the page is opened: its connections reach the other end by detours alone. What it signals stays as it is. */
export async function takeDetours(page: Page, route: Route): Promise<void> {
  await page.exposeFunction(
    "rigDetour",
    async (address: string, port: number) => (await route.path.detour(route.end, address, port)) ?? null,
  );
  await page.addInitScript(installDetours);
}

/** Runs in the page, before everything else. */
function installDetours(): void {
  /** The same candidate at the beginning of a detour, or nothing: TCP, IPv6 and RTCP on its own do without. */
  const divert = async (line: string): Promise<string | undefined> => {
    const [foundation, component = "", protocol = "", priority, address = "", port = "", ...rest] = line.split(" ");
    if (component !== "1" || protocol.toLowerCase() !== "udp" || address.includes(":")) return undefined;
    const detour = await window.rigDetour(address, Number(port));
    return detour === null
      ? undefined
      : [foundation, component, protocol, priority, address, String(detour), ...rest].join(" ");
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
      // The one that is made ahead for a room in which nobody is.
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
