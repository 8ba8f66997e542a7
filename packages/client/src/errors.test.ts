import { describe, expect, it } from "vitest";
import { fromRejection } from "./errors.js";

describe("an error from a rejection", () => {
  it("has the code, the message and whether to try again", () => {
    const error = fromRejection({ code: "ROOM_FULL", message: "The room is full.", retryable: true });
    expect(error).toMatchObject({ code: "ROOM_FULL", message: "The room is full.", retryable: true });
  });

  const throwing = {
    toString() {
      throw new Error("This value must not be read.");
    },
  };
  const deep = JSON.parse("[".repeat(5000) + "]".repeat(5000)) as unknown;

  it.each([
    ["absent", undefined],
    ["null", null],
    ["nested deeply", deep],
    ["an object that throws", throwing],
    ["a symbol", Symbol("x")],
  ])("has a code and a message where these are %s", (_, value) => {
    const error = fromRejection({ code: value, message: value, retryable: value });
    expect(error).toMatchObject({ code: "INTERNAL", message: "The server gave no reason.", retryable: false });
  });
});
