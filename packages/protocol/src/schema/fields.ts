import { isBoundedJson, validateJson } from "../checks/json.js";
import { isRoomName } from "../checks/room-name.js";
import {
  isAnything,
  isBoolean,
  isCount,
  isLine,
  isLineOrNull,
  isObject,
  isOneOf,
  isPositive,
  isText,
  isTextList,
  type Fields,
} from "../checks/values.js";
import { field, type Expectation } from "./field.js";

/** How rejections describe text of at most `max` UTF-16 code units. */
export function textExpectation(max: number, expected: string): Expectation {
  return {
    expected,
    type: "string",
    isTooLarge: (value) => typeof value === "string" && value.length > max,
    max,
  };
}

/** Text of `minLength` (1 by default) to `maxLength` UTF-16 code units. */
export function text(maxLength: number, minLength: 0 | 1 = 1) {
  const expected = `a string of ${minLength === 0 ? "at most" : "1 to"} ${String(maxLength)} characters`;
  const args: [number, number?] = minLength === 1 ? [maxLength] : [maxLength, minLength];
  return field<string, [number, number?]>(isText, args, textExpectation(maxLength, expected));
}

/** Text without line breaks, which would add attributes to an SDP text. */
export function line(maxLength: number) {
  const expected = `a string of at most ${String(maxLength)} characters on one line`;
  return field<string, [number]>(isLine, [maxLength], textExpectation(maxLength, expected));
}

/** As `line`, or null, which browsers write where they have no value. */
export function lineOrNull(maxLength: number) {
  const expected = `null or a string of at most ${String(maxLength)} characters on one line`;
  return field<string | null, [number]>(isLineOrNull, [maxLength], textExpectation(maxLength, expected));
}

/** One of a few words. */
export function oneOf<Word extends string>(words: readonly Word[]) {
  const quoted = words.map((word) => `"${word}"`);
  const expected = quoted.length === 1 ? quoted.join() : `one of ${quoted.join(", ")}`;
  return field<Word, [readonly Word[]]>(isOneOf, [words], { expected });
}

/** A short word that a newer server may add to: any text is read. */
export function openWord<Word extends string>() {
  return field<Word, [number, number]>(isText, [64, 0], { expected: "a string of at most 64 characters" });
}

/** A value that is validated where it is used, and ignored there if it is invalid. */
export function anything() {
  return field<unknown, []>(isAnything, [], { expected: "any value" });
}

export function flag() {
  return field<boolean, []>(isBoolean, [], { expected: "a boolean" });
}

/** An object whose fields are read elsewhere. */
export function anyObject() {
  return field<Fields, []>(isObject, [], { expected: "an object" });
}

/** A whole number from 0. */
export function count() {
  return field<number, []>(isCount, [], { expected: "a whole number from 0" });
}

/** A whole number of 16 bits. */
export function port() {
  return field<number, [number]>(isCount, [65_535], { expected: "a whole number from 0 to 65535" });
}

/** A time in seconds. */
export function seconds() {
  return field<number, []>(isPositive, [], { expected: "a number greater than 0" });
}

/** At most `maxLength` texts of 1 to `maxText` UTF-16 code units. */
export function textList(maxLength: number, maxText: number) {
  const expected = `an array of at most ${String(maxLength)} strings of 1 to ${String(maxText)} characters`;
  return field<string[], [number, number]>(isTextList, [maxLength, maxText], { expected });
}

/** The name of a room as clients write it: code points are counted. */
export function roomName(maxLength: number) {
  const expected = `a string of 1 to ${String(maxLength)} characters, none of them a control character`;
  return field<string, [number]>(isRoomName, [maxLength], { expected });
}

/** JSON of the application: opaque, but bounded in length and depth. */
export function boundedJson(maxLength: number, maxDepth: number) {
  return field<unknown, [number, number]>(isBoundedJson, [maxLength, maxDepth], {
    expected: `JSON of at most ${String(maxDepth)} levels`,
    isTooLarge: (value) => validateJson(value, maxLength, maxDepth) === "too-big",
    max: maxLength,
  });
}
