import type { Call } from "./call.js";

declare global {
  interface Window {
    bare: RTCPeerConnection;
  }
}

/**
 * A connection between the two pages without our client: each side sends its camera once more, and the test carries the
 * descriptions. Freezes of its video are caused by the machine or the browser.
 */
export class BareConnection {
  readonly #call: Call;

  private constructor(call: Call) {
    this.#call = call;
  }

  static async open(call: Call): Promise<BareConnection> {
    const [first, second] = call.pages;
    const offer = await first.page.evaluate(describe, undefined);
    const answer = await second.page.evaluate(describe, offer);
    await first.page.evaluate((answer) => window.bare.setRemoteDescription(answer), answer);
    await call.both(({ page }) =>
      page.evaluate(() =>
        window.lab.until(
          () => window.bare.connectionState,
          (state) => state === "connected",
        ),
      ),
    );
    return new BareConnection(call);
  }

  /** The SSRCs that each side sends over it. */
  ssrcs(): Promise<[number[], number[]]> {
    return this.#call.both(({ page }) =>
      page.evaluate(() =>
        [...(window.bare.localDescription?.sdp.matchAll(/^a=ssrc:(\d+)/gm) ?? [])].map(([, ssrc]) => Number(ssrc)),
      ),
    );
  }

  async close(): Promise<void> {
    await this.#call.both(({ page }) =>
      page.evaluate(() => {
        window.bare.close();
        // The manager did not create it.
        window.rigConnections.splice(window.rigConnections.indexOf(window.bare), 1);
      }),
    );
  }
}

/** Creates the offer, or the answer to one, with all candidates in it. */
async function describe(offer: RTCSessionDescriptionInit | undefined): Promise<RTCSessionDescriptionInit> {
  const bare = new RTCPeerConnection();
  window.bare = bare;
  if (offer !== undefined) await bare.setRemoteDescription(offer);
  const camera = window.lab
    .connection()
    ?.getSenders()
    .find(({ track }) => track?.kind === "video")?.track;
  if (camera == null) throw new Error("No camera is sent.");
  bare.addTrack(camera, new MediaStream([camera]));
  await bare.setLocalDescription();
  await window.lab.until(
    () => bare.iceGatheringState,
    (state) => state === "complete",
  );
  const { type, sdp } = bare.localDescription ?? { type: "offer" as const, sdp: "" };
  return { type, sdp };
}
