import * as z from "zod/mini";
import { fieldThat, listOf, text } from "./fields.js";

function isUrls(value: unknown): boolean {
  return typeof value === "string" || (Array.isArray(value) && value.every((url) => typeof url === "string"));
}

/** A STUN or TURN server as `RTCConfiguration.iceServers` lists it. */
export const iceServer = /* @__PURE__ */ (() =>
  z.object({
    urls: fieldThat<string | string[]>(isUrls),
    username: z.optional(text(4096, { minLength: 0 })),
    credential: z.optional(text(4096, { minLength: 0 })),
  }))();
export type IceServer = z.infer<typeof iceServer>;

/** Fields that hand out ICE servers; `iceServersTtl` is in seconds from the moment they were sent. */
export const iceServersFields = () => ({
  iceServers: listOf(iceServer),
  iceServersTtl: z.optional(fieldThat<number>((value) => Number.isFinite(value) && Number(value) > 0)),
});
