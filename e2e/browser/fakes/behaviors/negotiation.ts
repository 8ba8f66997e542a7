import type { Behavior } from "./behavior.js";

export const negotiationBehaviors: readonly Behavior[] = [
  {
    name: "negotiationneeded",
    run: async ({ create, stream, exchange }) => {
      const [a, b] = [create(), create()];
      let fired = 0;
      a.addEventListener("negotiationneeded", () => fired++);
      const counts: number[] = [];
      const count = async (): Promise<void> => {
        await new Promise((resolve) => setTimeout(resolve, 60));
        counts.push(fired);
      };
      const one = stream("audio", "video");
      const [first] = one.getTracks().map((track) => a.addTrack(track, one));
      await count(); // 1: once for both tracks
      await exchange(a, b);
      await count(); // no change
      a.createDataChannel("x");
      await count(); // 2
      a.createDataChannel("y");
      await count(); // no change
      await exchange(a, b);
      await count();
      a.removeTrack(first!);
      await count(); // 3
      a.restartIce();
      await count(); // no change: it is needed already
      await exchange(a, b);
      await count();
      a.restartIce();
      await count(); // 4
      await a.setLocalDescription();
      a.addTransceiver("video");
      await count(); // no change while an offer is open
      await a.setLocalDescription({ type: "rollback" });
      await count(); // 5
      for (const connection of [a, b]) connection.close();
      return { counts };
    },
    expected: { counts: [1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 5] },
  },
  {
    name: "ICE generations",
    run: async ({ create, exchange, outcome }) => {
      const [a, b] = [create(), create()];
      a.createDataChannel("x");
      const ufrag = (one: RTCPeerConnection): string | undefined =>
        /^a=ice-ufrag:(.*)$/m.exec(one.localDescription?.sdp ?? "")?.[1];
      await exchange(a, b);
      const first = [ufrag(a), ufrag(b)];
      await exchange(a, b);
      const again = [ufrag(a), ufrag(b)];
      const end = await outcome(() => b.addIceCandidate());
      a.restartIce();
      await a.setLocalDescription();
      const offered = ufrag(a);
      await a.setLocalDescription({ type: "rollback" });
      const rolledBack = ufrag(a);
      await exchange(a, b);
      const restarted = [ufrag(a), ufrag(b)];
      for (const connection of [a, b]) connection.close();
      return {
        kept: again.join() === first.join(),
        end,
        offeredAnother: offered !== first[0],
        rolledBack: rolledBack === first[0],
        restarted: restarted.map((now, index) => now !== first[index]),
      };
    },
    expected: { kept: true, end: "done", offeredAnother: true, rolledBack: true, restarted: [true, true] },
  },
];
