import * as z from "zod/mini";

/** A STUN or TURN server as `RTCConfiguration.iceServers` lists it. */
export const iceServer = /* @__PURE__ */ (() =>
  z.object({
    urls: z.union([z.string(), z.array(z.string())]),
    username: z.optional(z.string()),
    credential: z.optional(z.string()),
  }))();
export type IceServer = z.infer<typeof iceServer>;

/** Fields that hand out ICE servers; `iceServersTtl` is in seconds from the moment they were sent. */
export const iceServersFields = () => ({
  iceServers: z.array(iceServer),
  iceServersTtl: z.optional(z.number().check(z.positive())),
});
