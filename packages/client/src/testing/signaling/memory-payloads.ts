import type { Capabilities, ClientPayload, Refusal } from "@sig/protocol";

/** What others see of a member. */
export function about({ metadata, capabilities }: { metadata?: unknown; capabilities?: Capabilities | undefined }): {
  metadata?: unknown;
  capabilities?: Capabilities;
} {
  return { ...(metadata !== undefined && { metadata }), ...(capabilities !== undefined && { capabilities }) };
}

/** A rejection as the payload of `rejected`. */
export function withoutOk({ code, message, retryable }: Refusal): Omit<Refusal, "ok"> {
  return { code, message, retryable };
}

/** The `room` and `to` of a rejected payload, if they may be repeated. */
export function addressOf(raw: unknown): { room?: string; to?: string } {
  const { room, to } = (typeof raw === "object" && raw !== null ? raw : {}) as { room?: unknown; to?: unknown };
  return { ...(isShort(room) && { room }), ...(isShort(to) && { to }) };
}

function isShort(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= 128;
}

/** The fields of the base protocol, which are all that a legacy client knows. */
export function seedForm(payload: ClientPayload<"offer" | "answer" | "candidate">, from: string): object {
  const { to, room } = payload;
  if ("sdp" in payload) return { from, to, room, sdp: payload.sdp };
  const { sdpMid, sdpMLineIndex, sdp } = payload.candidate;
  return { from, to, room, candidate: { sdpMid, sdpMLineIndex, sdp } };
}
