/**
 * A token, or a function that fetches one. The function runs again for every return, so that a token may expire
 * meanwhile. If it throws or rejects, a `join` fails at once (`UNAUTHORIZED`, with that error as `cause`); after an
 * outage it is tried again.
 */
export type Token = string | (() => string | Promise<string>);
