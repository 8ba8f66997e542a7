import { missingFrom } from "../client/offering.js";
import { assertEqual, assertThat, RuleSkipped, RuleViolation, show, type Rule } from "../rule.js";
import type { DeviceContext } from "./device-context.js";

/** The rules for devices. The order matters: later rules use the viewers and connections of earlier ones. */
export const deviceRules: readonly Rule<DeviceContext>[] = [
  {
    id: "device.connects",
    requirement: "connects by WebSocket to `/device` with the room in the URL",
    section: "a-device-without-socketio",
    async check({ log, room, waitMs, timeoutMs }) {
      await log.until("a WebSocket", waitMs, () => log.url !== "");
      const address = new URL(log.url, "ws://kit");
      assertEqual("the path", address.pathname, "/device");
      assertEqual("the room", address.searchParams.get("room"), room);
      await log.until("a device that the gateway accepts", timeoutMs, () => log.id !== "");
    },
  },
  {
    id: "device.answers",
    requirement: 'answers an offer with `{ type: "answer", sdp }` and a complete description',
    section: "a-device-without-socketio",
    async check(context) {
      const { sdp } = await (await context.viewer()).offer();
      const missing = missingFrom(sdp);
      assertThat(
        missing.length === 0,
        "a complete description",
        `one without ${missing.join(", ")}: ${show(sdp.slice(0, 120))}`,
      );
    },
  },
  {
    id: "device.candidates",
    requirement: "sends its candidates, in the answer or after it",
    section: "candidates",
    async check({ log, timeoutMs }) {
      const answer = log.frames.find(({ message }) => message?.type === "answer")?.message;
      if (answer === undefined) throw new RuleSkipped("the device has sent no answer");
      if (answer.type === "answer" && /^[ \t]*a=candidate:/m.test(answer.sdp)) return;
      await log.until("a candidate with a candidate line", timeoutMs, () =>
        log.frames.some(({ message }) => message?.type === "candidate" && message.candidate !== ""),
      );
    },
  },
  {
    id: "device.second-viewer",
    requirement: "answers a second viewer too, and names it in `to`",
    section: "a-device-without-socketio",
    async check(context) {
      const [first, second] = [await context.first(), await context.viewer()];
      try {
        await second.offer();
      } finally {
        second.leave();
      }
      const { message } = context.log.frames.findLast((frame) => frame.message?.type === "answer") ?? {};
      assertEqual("`to`", message?.type === "answer" ? message.to : undefined, second.id);
      await first.client.next("exit", ({ from }) => from === second.id);
      await first.offer();
    },
  },
  {
    id: "device.new-offer",
    requirement: "treats each further offer of a viewer as a new connection, and answers with new ICE credentials",
    section: "what-your-stack-can-do",
    async check(context) {
      const viewer = await context.first();
      const answers = [await viewer.offer(), await viewer.offer()];
      const [one, other] = answers.map(({ sdp }) => /a=ice-ufrag:(\S+)/.exec(sdp)?.[1]);
      assertThat(one !== other, "a new `a=ice-ufrag` for each connection", `${String(one)} twice`);
    },
  },
  {
    id: "device.reads-candidates",
    requirement: "accepts or ignores candidates and the end of candidates, and keeps working",
    section: "candidates",
    async check(context) {
      const viewer = await context.first();
      await viewer.offer();
      viewer.sendCandidates();
      await viewer.offer();
    },
  },
  {
    id: "device.bad-offer",
    requirement: "keeps working when a viewer sends an invalid description",
    section: "offer-and-answer",
    async check(context) {
      const [first, other] = [await context.first(), await context.viewer()];
      other.send("this is not SDP");
      other.leave();
      await first.client.next("exit", ({ from }) => from === other.id);
      await first.offer();
    },
  },
  {
    id: "device.unknown",
    requirement: "keeps working after `rejected`, and after unknown messages and fields",
    section: "a-device-without-socketio",
    async check(context) {
      const viewer = await context.first();
      context.log.send({ type: "rejected", code: "PEER_NOT_FOUND", message: "There is no such peer in this room." });
      context.log.send({ type: "weather", rain: true });
      context.log.send({ type: "exit", from: "AAAAAAAAAAAAAAAAAAAAAA", reason: "abducted" });
      await viewer.offer();
    },
  },
  {
    id: "device.pong",
    requirement: "answers WebSocket pings",
    section: "a-device-without-socketio",
    async check(context) {
      context.needsDevice();
      await context.log.ping(context.timeoutMs);
    },
  },
  {
    id: "device.valid",
    requirement: "sends only messages that the device schemas allow",
    section: "a-device-without-socketio",
    check(context) {
      context.needsDevice();
      for (const { text, problem } of context.log.frames)
        if (problem !== undefined) throw new RuleViolation("a valid device message", `${show(text)}: ${problem}`);
    },
  },
];
