import { Fault, holds, NotJudged, same, show, type Rule } from "../rule.js";
import { missingFrom } from "../client/offering.js";
import type { DeviceStage } from "./stage.js";

/** What a device is judged by. The order is that of a play, as for clients. */
export const deviceRules: readonly Rule<DeviceStage>[] = [
  {
    id: "device.connects",
    sentence: "connects by WebSocket to `/device` with the room in its address",
    section: "a-device-without-socketio",
    async check({ log, room, waitMs, patienceMs }) {
      await log.until("a WebSocket", waitMs, () => log.url !== "");
      const address = new URL(log.url, "ws://kit");
      same("the path", address.pathname, "/device");
      same("the room", address.searchParams.get("room"), room);
      await log.until("a device that the gateway lets in", patienceMs, () => log.id !== "");
    },
  },
  {
    id: "device.answers",
    sentence: 'answers an offer with `{ type: "answer", sdp }`, by which one can connect',
    section: "a-device-without-socketio",
    async check(stage) {
      const { sdp } = await (await stage.viewer()).offer();
      const missing = missingFrom(sdp);
      holds(
        missing.length === 0,
        "a complete description",
        `one without ${missing.join(", ")}: ${show(sdp.slice(0, 120))}`,
      );
    },
  },
  {
    id: "device.candidates",
    sentence: "tells where it can be reached: candidates in the answer or after it",
    section: "candidates",
    async check({ log, patienceMs }) {
      const answer = log.frames.find(({ message }) => message?.type === "answer")?.message;
      if (answer === undefined) throw new NotJudged("it has not answered");
      if (answer.type === "answer" && /^[ \t]*a=candidate:/m.test(answer.sdp)) return;
      await log.until("a candidate with a line in it", patienceMs, () =>
        log.frames.some(({ message }) => message?.type === "candidate" && message.candidate !== ""),
      );
    },
  },
  {
    id: "device.second-viewer",
    sentence: "answers a second viewer too, and says with `to` whom it answers",
    section: "a-device-without-socketio",
    async check(stage) {
      const [first, second] = [await stage.first(), await stage.viewer()];
      try {
        await second.offer();
      } finally {
        second.leave();
      }
      const { message } = stage.log.frames.findLast((frame) => frame.message?.type === "answer") ?? {};
      same("`to`", message?.type === "answer" ? message.to : undefined, second.id);
      await first.actor.next("exit", ({ from }) => from === second.id);
      await first.offer();
    },
  },
  {
    id: "device.new-offer",
    sentence: "takes each further offer of a viewer for a connection of its own, and answers with new ICE credentials",
    section: "what-your-stack-can-do",
    async check(stage) {
      const viewer = await stage.first();
      const answers = [await viewer.offer(), await viewer.offer()];
      const [one, other] = answers.map(({ sdp }) => /a=ice-ufrag:(\S+)/.exec(sdp)?.[1]);
      holds(one !== other, "another `a=ice-ufrag` for each connection", `${String(one)} twice`);
    },
  },
  {
    id: "device.reads-candidates",
    sentence: "takes candidates and their end, or drops them, and goes on",
    section: "candidates",
    async check(stage) {
      const viewer = await stage.first();
      await viewer.offer();
      viewer.sendCandidates();
      await viewer.offer();
    },
  },
  {
    id: "device.bad-offer",
    sentence: "goes on when a viewer sends a description that is none",
    section: "offer-and-answer",
    async check(stage) {
      const [first, other] = [await stage.first(), await stage.viewer()];
      other.send("this is no SDP");
      other.leave();
      await first.actor.next("exit", ({ from }) => from === other.id);
      await first.offer();
    },
  },
  {
    id: "device.unknown",
    sentence: "goes on after `rejected`, and after messages and fields that it does not know",
    section: "a-device-without-socketio",
    async check(stage) {
      const viewer = await stage.first();
      stage.log.say({ type: "rejected", code: "PEER_NOT_FOUND", message: "There is no such peer in this room." });
      stage.log.say({ type: "weather", rain: true });
      stage.log.say({ type: "exit", from: "AAAAAAAAAAAAAAAAAAAAAA", reason: "abducted" });
      await viewer.offer();
    },
  },
  {
    id: "device.pong",
    sentence: "answers WebSocket pings",
    section: "a-device-without-socketio",
    async check(stage) {
      stage.needsDevice();
      await stage.log.isAlive(stage.patienceMs);
    },
  },
  {
    id: "device.valid",
    sentence: "sends nothing that the schemas of devices do not allow",
    section: "a-device-without-socketio",
    check(stage) {
      stage.needsDevice();
      for (const { text, why } of stage.log.frames)
        if (why !== undefined) throw new Fault("a message of a device", `${show(text)}: ${why}`);
    },
  },
];
