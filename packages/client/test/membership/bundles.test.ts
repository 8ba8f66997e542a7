import { expect, test } from "vitest";
import { Lab } from "./lab.js";

interface Sent {
  candidate: { sdp: string };
  link: { seq: number };
  more?: Sent[];
}

/** The numbers of the candidates in each message. */
const numbersOf = (messages: readonly Sent[]): number[][] =>
  messages.map(({ link, more = [] }) => [link, ...more.map((part) => part.link)].map(({ seq }) => seq));

/** Two people, one of whom has lost the server while candidates are gathered. */
async function afterOutage() {
  const lab = new Lab({}, { candidates: 4, gatheringMs: [10, 10] });
  const socket = lab.signaling.socket();
  const [ada, bob] = [lab.manager({}, "a"), lab.manager({ socket }, "b")];
  await lab.join(ada);
  await lab.clock.settle(bob.join("r"));
  lab.signaling.cut(socket);
  await lab.clock.advance(2000);
  lab.messages.length = 0;
  lab.signaling.restore(socket);
  await lab.clock.runOut();
  expect([...ada.peers.values()].map(({ state }) => state)).toEqual(["connected"]);
  const of = (direction: "to-server" | "to-client"): Sent[] =>
    lab.sent<Sent & { from: string }>(direction, "candidate").filter(({ from }) => from === bob.id);
  return { sent: of("to-server"), received: of("to-client") };
}

test("candidates that waited for the server travel together to a peer that reads bundles", async () => {
  const { sent, received } = await afterOutage();
  const numbers = numbersOf(sent);
  expect(numbers.some((each) => each.length > 2)).toBe(true);
  expect(numbersOf(received)).toEqual(numbers);
});
