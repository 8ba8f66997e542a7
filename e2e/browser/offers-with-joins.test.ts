import { expect, it } from "vitest";
import { connected, joinLab, receivesFrames, waitForLabels, type LabPage } from "./lab/lab-page.js";
import { withLab } from "./lab/with-lab.js";
import { describePairings, everyPairing } from "./support/pairings.js";

const turn = "turn:127.0.0.1:34780?transport=udp";

describePairings("an offer with the join", everyPairing, ([first, second]) => {
  const lab = withLab({ env: () => Promise.resolve({ TURN_URLS: turn, TURN_SECRET: "secret" }) });

  async function open(): Promise<[LabPage, LabPage]> {
    return [await lab.open(undefined, { engine: first }), await lab.open(undefined, { engine: second })];
  }

  /**
   * Joins over a socket that is connected already, and publishes one track more while the server is asked. Returns the
   * offers and answers that were sent and received until every track has arrived, and the ICE servers in use.
   */
  const joinConnected = ({ page }: LabPage, room: string) =>
    page.evaluate(async (room) => {
      const { PeerManager, io, media, until } = window.lab;
      const socket = io({ transports: ["websocket"], forceNew: true });
      await until(
        () => socket.connected,
        (isConnected) => isConnected,
      );
      const messages: string[] = [];
      socket.onAny((event: string) => messages.push(`in ${event}`));
      socket.onAnyOutgoing((event: string, payload: { offer?: object }) =>
        messages.push(`out ${event}${payload.offer === undefined ? "" : " with offer"}`),
      );
      const manager = new PeerManager(socket);
      window.manager = manager;
      manager.publish(await media(), { label: "camera" });
      const joining = manager.join(room);
      const later = manager.publish(await media({ video: false, audio: true }), { label: "later" });
      await joining;
      const peer = await until(
        () => window.lab.peer(),
        (found) => found?.state === "connected",
      );
      return {
        messages: messages.filter((each) => /offer|answer|createAnd/.test(each)),
        configured: peer?.connection?.getConfiguration().iceServers?.flatMap(({ urls }) => urls),
        later: later.state,
      };
    }, room);

  it("is answered as it is, has the server's ICE servers, and what is published meanwhile follows", async () => {
    const [host, newcomer] = await open();
    await joinLab(host, "with-offer", { camera: true });
    const { messages, configured } = await joinConnected(newcomer, "with-offer");
    await Promise.all([connected(host, 1), receivesFrames(host), receivesFrames(newcomer)]);
    expect(messages.slice(0, 2)).toEqual(["out createAndJoinRoom with offer", "in answer"]);
    expect(configured).toEqual([turn]);
    await waitForLabels(host, "camera,later");
    expect([...host.errors, ...newcomer.errors]).toEqual([]);
  });

  it("connects the newcomer with one of three, who have offers of their own", async () => {
    const [host, newcomer] = await open();
    const others = [await lab.open(undefined, { engine: second }), await lab.open(undefined, { engine: first })];
    for (const page of [host, ...others]) await joinLab(page, "of-four", { camera: true });
    await Promise.all([host, ...others].map((page) => connected(page, 2)));
    await joinConnected(newcomer, "of-four");
    await Promise.all([host, ...others].map((page) => connected(page, 3)));
    await Promise.all([host, newcomer, ...others].map((page) => receivesFrames(page)));
    expect([host, newcomer, ...others].flatMap(({ errors }) => errors)).toEqual([]);
  });
});
