import * as z from "zod/mini";
import { isSectionIndex } from "../checks/values.js";
import { canonicalCandidate } from "../codecs/candidate.js";
import { field } from "./field.js";
import { line, lineOrNull } from "./fields.js";

/** The fields of a candidate beside its line. */
export const candidateFields = () => ({
  sdpMid: z.optional(lineOrNull(256)),
  sdpMLineIndex: z.optional(
    field<number | string | null, []>(isSectionIndex, [], {
      expected: "null, or a whole number from 0 to 65535 as a number or a string",
    }),
  ),
  usernameFragment: z.optional(lineOrNull(256)),
});

/** A candidate as a server sends it. */
export function candidate(maxLength: number) {
  return z.object({ sdp: line(maxLength), ...candidateFields() });
}

/** A candidate in either dialect: the line as `sdp`, or as `candidate`, as browsers and the device write it. */
export function candidateOfEitherDialect(maxLength: number) {
  return z.pipe(
    z.union([candidate(maxLength), z.object({ ...candidateFields(), candidate: line(maxLength) })]),
    z.transform(canonicalCandidate),
  );
}
