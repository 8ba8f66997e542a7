/**
 * Options for `createServer({ ...recommendedHttpOptions })` of `node:http` or `node:https`, for a server that browsers
 * reach directly. They are Node's own; these differ from its defaults.
 */
export const recommendedHttpOptions = {
  /**
   * Milliseconds in which a client has to send the headers of a request, and a new connection its first request. By
   * default a minute.
   */
  headersTimeout: 10_000,
  /** Milliseconds between two looks for such connections. By default half a minute. */
  connectionsCheckingInterval: 1_000,
};
