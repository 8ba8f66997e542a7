/**
 * A token, or a function that fetches one. The function runs again for every attempt to join, for every return after an
 * outage and for every renewal, so that a token may expire meanwhile. If it throws, rejects or does not answer, it is
 * called again later: for a `join` until its `timeoutMs` (then it rejects with that error as `cause`), for a return or
 * a renewal for as long as it takes.
 */
export type Token = string | (() => string | Promise<string>);
