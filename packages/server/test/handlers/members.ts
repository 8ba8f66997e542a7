import { type ClientEventName, type Rejection, type StandardSchemaV1 } from "@sig/protocol";
import { newKey } from "../client.js";
import { type MemorySocket } from "../memory-service.js";

export interface Member {
  readonly socket: MemorySocket;
  readonly id: string;
}

/** Joins the room "r" over a socket of its own, with a key unless the fields say otherwise. */
export async function joinAs(
  { connect }: { connect(): MemorySocket },
  fields: Record<string, unknown> = { key: newKey() },
): Promise<Member> {
  const socket = connect();
  const reply = await socket.join("r", fields);
  return { socket, id: reply.ok ? reply.id : "" };
}

/** A whole rejection that does not ask for another try. */
export const rejected = (code: Rejection["code"], message: string) => ({ ok: false, code, message, retryable: false });

export const notInRoom = rejected("NOT_IN_ROOM", "This socket is not a member of that room.");

/** With a prefix the names of events are this library's alone: those of strangers are answered, too. */
export const eventPrefix = "sig:";
export const prefixed = (event: ClientEventName) => (eventPrefix + event) as ClientEventName;

/** A schema of the application. */
export const schemaOf = (validate: StandardSchemaV1["~standard"]["validate"]): StandardSchemaV1 => ({
  "~standard": { version: 1, vendor: "test", validate },
});
