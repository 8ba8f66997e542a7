import * as z from "zod/mini";
import { descriptionText, type DescriptionType } from "../codecs/description.js";
import { text } from "./fields.js";

/**
 * A session description as a client may write it: the SDP text, or `{ type, sdp }` as browsers and the
 * device write it. The result is the text, byte for byte.
 */
export function descriptionOfEitherDialect<Type extends DescriptionType>(type: Type, maxLength: number) {
  const sdp = text(maxLength);
  return z.pipe(z.union([sdp, z.object({ type: z.optional(z.literal(type)), sdp })]), z.transform(descriptionText));
}
