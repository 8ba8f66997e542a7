import { type RandomBytes } from "../random.js";

/**
 * The ways to send that a node of an earlier version cannot read. A node names those that it reads at the end of its
 * name, which everybody has who sends something to it. What it does not name is sent to it as before, so that nodes of
 * two versions share a Redis during an upgrade. A further way is a further word here.
 *
 * - `lists`: several messages are published as one list, not each by itself.
 * - `bundles`: a candidate for a member of the node has further ones with it.
 */
const readFormats = ["lists", "bundles"] as const;

export type Format = (typeof readFormats)[number];

/** The name of a node of this version. It needs no escaping in keys and records. */
export function nodeName(randomBytes: RandomBytes): string {
  return [Buffer.from(randomBytes(12)).toString("base64url"), ...readFormats].join(".");
}

/** Whether a node can be sent something in this format, as its name says. */
export function readsFormat(node: string, format: Format): boolean {
  const [, ...formats] = node.split(".");
  return formats.includes(format);
}
