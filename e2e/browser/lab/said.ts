import type { Page } from "playwright-core";
import type { LabPage } from "./pair.js";

/** Keeps what a page says to the signaling server for `said`; to be called before it is opened. Its socket has to be a WebSocket. */
export async function listenIn(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const said: string[] = [];
    const send = Object.getOwnPropertyDescriptor(WebSocket.prototype, "send")?.value as WebSocket["send"];
    WebSocket.prototype.send = function (data) {
      if (typeof data === "string") said.push(data);
      send.call(this, data);
    };
    addEventListener("DOMContentLoaded", () => (window.kept.said = said));
  });
}

/** What a page has said of itself: the SDP of its offers and answers, and the lines of its candidates. */
export function said({ page }: LabPage): Promise<{ descriptions: string[]; candidates: string[] }> {
  return page.evaluate(() => {
    const heard = { descriptions: [] as string[], candidates: [] as string[] };
    for (const text of window.kept.said as string[]) {
      const [, name, payload = ""] = /^42\d*\["(\w+)",(.*)\]$/s.exec(text) ?? [];
      if (name === "candidate")
        heard.candidates.push((JSON.parse(payload) as { candidate: { sdp: string } }).candidate.sdp);
      else if (name === "offer" || name === "answer")
        heard.descriptions.push((JSON.parse(payload) as { sdp: string }).sdp);
    }
    return heard;
  });
}

/** Every candidate that a page has told of, in candidates and in descriptions. */
export async function candidatesSaid(page: LabPage): Promise<string[]> {
  const { descriptions, candidates } = await said(page);
  const described = descriptions.flatMap((sdp) =>
    Array.from(sdp.matchAll(/^a=(candidate:.*)$/gm), ([, line = ""]) => line.trim()),
  );
  return [...described, ...candidates].filter((line) => line !== "");
}
