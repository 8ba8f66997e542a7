import { describe, expect, test } from "vitest";
import type { Peer, PeerManager } from "../../src/index.js";
import { fakeStream } from "../../src/testing/index.js";
import { Lab } from "../membership/lab.js";

function peerOf({ peers }: Pick<PeerManager, "peers">): Peer {
  const [peer] = peers.values();
  if (peer === undefined) throw new Error("There is no peer.");
  return peer;
}

/** The messages of the peers. */
function received(manager: PeerManager): unknown[] {
  const texts: unknown[] = [];
  manager.on("message", ({ data }) => texts.push(data));
  return texts;
}

describe("the rollback of a first offer, after which Chromium offers no section for data", () => {
  test.each(["data alone", "audio as well"])(
    "is not needed where its answer cannot be set once, %s",
    async (content) => {
      const lab = new Lab();
      let connections = 0;
      const onConnection = (): void => {
        connections++;
      };
      const [ada, grace] = [lab.manager({ onConnection }, "ada"), lab.manager({ onConnection }, "grace")];
      if (content === "audio as well") grace.publish(fakeStream("audio"));
      const messages = received(ada);
      await lab.join(ada);
      lab.network.fail("setRemoteDescription", { name: "grace", times: 1 });
      await lab.clock.settle(grace.join("r"));
      await lab.clock.advance(1000);
      grace.send("n", 1);
      await lab.clock.advance(1000);
      expect([peerOf(ada).state, peerOf(grace).state, messages]).toEqual(["connected", "connected", [1]]);
      expect(connections).toBe(2);
    },
  );
});
