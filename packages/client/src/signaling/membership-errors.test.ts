import { describe, expect, it } from "vitest";
import { aborted, noToken, removed, timedOut } from "./membership-errors.js";

const cause = new Error("xhr poll error");
const takenOver = { code: "REPLACED", message: "Another connection took over this membership." };

describe("an error of a membership", () => {
  it("says that the join was canceled, and why", () => {
    const error = aborted(cause);
    expect(error).toMatchObject({ code: "ABORTED", message: "The join was canceled.", retryable: false, cause });
  });

  it("says what did not happen in time, why, and what to check", () => {
    const advice = "Check its address and namespace.";
    expect(timedOut("could not be reached", 15_000, cause)).toMatchObject({
      code: "TIMEOUT",
      message: `The signaling server could not be reached within 15000 ms (xhr poll error). ${advice}`,
      retryable: true,
      cause,
    });
    expect(timedOut("did not answer the join", 5000).message).toBe(
      `The signaling server did not answer the join within 5000 ms. ${advice}`,
    );
  });

  it("says that there is no token", () => {
    const message = "The token function gave no token in time.";
    expect(noToken(cause)).toMatchObject({ code: "TIMEOUT", message, retryable: true, cause });
  });

  it.each([
    ["expired", undefined, "UNAUTHORIZED", "The membership expired: join again with a new token."],
    ["expired", "Log in again.", "UNAUTHORIZED", "Log in again."],
    ["kicked", undefined, "KICKED", "The application removed you."],
    ["kicked", "Be kind.", "KICKED", "Be kind."],
    ["of a newer server", "Bye.", "KICKED", "Bye."],
    ...["replaced", "left", "lost", undefined].map((reason) => [reason, "x", takenOver.code, takenOver.message]),
  ])("says why the server ended the membership: %s, with the message %s", (reason, message, code, expected) => {
    const exit = { from: "me", room: "r", reason, message } as Parameters<typeof removed>[0];
    expect(removed(exit)).toMatchObject({ code, message: expected, retryable: false });
  });
});
