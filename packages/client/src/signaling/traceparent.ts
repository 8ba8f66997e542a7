/** A W3C trace context, or a function that returns one for each attempt to join. */
export type Traceparent = string | (() => string | undefined);

/** What throws here keeps nobody out of a room. */
export function readTraceparent(given: Traceparent | undefined): string | undefined {
  try {
    return typeof given === "function" ? given() : given;
  } catch {
    return undefined;
  }
}
