/** A packet of Socket.IO, as far as it is used here. */
export interface Packet {
  readonly type: number;
  readonly nsp: string;
  /** In an event its name and its arguments. */
  readonly data?: unknown;
  /** Set if an ack is asked for. */
  readonly id?: number | undefined;
}

/** The `type` of an event without binary attachments. */
export const eventType = 2;

/** An object of JSON; fields that it does not have are undefined. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
