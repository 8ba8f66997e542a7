import type { Page } from "playwright-core";
import type { LabPage } from "./lab-page.js";

/**
 * Records all messages from a page to the signaling server. Call it before the page is opened; its socket has to be a
 * WebSocket.
 */
export async function recordMessages(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const recorded: string[] = [];
    const send = Object.getOwnPropertyDescriptor(WebSocket.prototype, "send")?.value as WebSocket["send"];
    WebSocket.prototype.send = function (data) {
      if (typeof data === "string") recorded.push(data);
      send.call(this, data);
    };
    addEventListener("DOMContentLoaded", () => (window.kept.recorded = recorded));
  });
}

/** The recorded signaling of a page to its peer: the SDP of its offers and answers, and the lines of its candidates. */
export function recordedMessages({ page }: LabPage): Promise<{ descriptions: string[]; candidates: string[] }> {
  return page.evaluate(() => {
    const sent = { descriptions: [] as string[], candidates: [] as string[] };
    for (const text of window.kept.recorded as string[]) {
      const [, name, payload = ""] = /^42\d*\["(\w+)",(.*)\]$/s.exec(text) ?? [];
      if (name === "candidate") {
        const { candidate, more = [] } = JSON.parse(payload) as {
          candidate: { sdp: string };
          more?: { candidate: { sdp: string } }[];
        };
        sent.candidates.push(candidate.sdp, ...more.map((part) => part.candidate.sdp));
      } else if (name === "offer" || name === "answer")
        sent.descriptions.push((JSON.parse(payload) as { sdp: string }).sdp);
    }
    return sent;
  });
}

/** Every candidate that a page has sent, on its own or inside a description. */
export async function sentCandidates(page: LabPage): Promise<string[]> {
  const { descriptions, candidates } = await recordedMessages(page);
  const described = descriptions.flatMap((sdp) =>
    Array.from(sdp.matchAll(/^a=(candidate:.*)$/gm), ([, line = ""]) => line.trim()),
  );
  return [...described, ...candidates].filter((line) => line !== "");
}
