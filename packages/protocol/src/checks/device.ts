import { isCount, isObject, isText } from "./values.js";

/** The address of a STUN server in the form that small devices take. */
export interface StunAddress {
  host: string;
  port: number;
}

export function isStunAddressOrNull(value: unknown): value is StunAddress | null {
  return value === null || (isObject(value) && isText(value.host, 255) && isCount(value.port, 65_535));
}

/**
 * One line, possibly with the line end it had in an SDP text. Null, which some stacks write, means end of candidates.
 */
export function isDeviceLine(value: unknown, maxLength: number): value is string | null {
  return value === null || (isText(value, maxLength, 0) && /^[^\r\n]*[\r\n]*$/.test(value));
}
