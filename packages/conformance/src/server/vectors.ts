import { isSharedName, isSignalingEvent } from "@sig/protocol";
import { assertEqual, type Rule } from "../rule.js";
import { vectorsOf, type Vector } from "../vectors.js";
import { clientEventNames } from "./rejections.js";
import type { ServerContext } from "./server-context.js";

/** The vectors name it; a member of it sends those that are read of members alone. */
const roomOfVectors = "standup";

export const vectors: readonly Rule<ServerContext>[] = [
  {
    id: "vectors.rejected",
    requirement: "rejects every invalid message of the golden vectors, with the code that they name",
    section: "limits",
    async check(context) {
      for (const event of clientEventNames) {
        // Names that applications use too are read of members alone, and only if they can be nothing else.
        const client = isSharedName(event) ? await context.member(roomOfVectors) : await context.connect();
        const isRead = ({ payload }: Vector): boolean =>
          !isBundle(payload) &&
          (!isSharedName(event) || isSignalingEvent(event, payload, true, (room) => room === roomOfVectors));
        for (const vector of vectorsOf(event).filter((each) => !each.valid && isRead(each))) {
          const { code } = "payload" in vector ? await client.call(event, vector.payload) : await client.call(event);
          assertEqual(`\`${event}\`, "${vector.name}": the code`, code, vector.code);
        }
        client.close();
      }
    },
  },
  {
    id: "vectors.relayed",
    requirement: "relays every valid offer, answer and candidate of the golden vectors in the form that they name",
    section: "relaying",
    async check(context) {
      for (const event of ["offer", "answer", "candidate"] as const) {
        const room = context.newRoom();
        const [ada, bob] = await context.members(room, {}, {});
        for (const vector of vectorsOf(event).filter(isRelayable)) {
          ada.send(event, { ...vector.payload, room, to: bob.id });
          await bob.next(event);
          assertEqual(`\`${event}\`, "${vector.name}":`, bob.since(0, event).at(-1)?.payload, {
            ...(vector.reads ?? vector.payload),
            from: ada.id,
            room,
            to: bob.id,
          });
        }
      }
    },
  },
];

function isRelayable(vector: Vector): vector is Vector & { payload: object; reads?: object } {
  return vector.valid && typeof vector.payload === "object" && !isBundle(vector.payload);
}

/** A server without the feature drops the field; `features.bundles` is about those that have it. */
function isBundle(payload: unknown): boolean {
  return typeof payload === "object" && payload !== null && "more" in payload;
}
