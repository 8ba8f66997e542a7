/**
 * Options for `new Server(http, { ...recommendedServerOptions })`. They are Socket.IO's own; these differ from its
 * defaults, for the reasons given. The types are literal, so that they fit every Socket.IO from 4.7 on: newer types
 * take `httpCompression: false` and no other boolean.
 */
export const recommendedServerOptions = {
  /**
   * Milliseconds between pings. With the timeout below, a client that vanished is noticed within 15 seconds; by default
   * within 45.
   */
  pingInterval: 10_000,
  /** Milliseconds that a client has to answer a ping. */
  pingTimeout: 5_000,
  /**
   * Bytes in one packet: a description at its limit of 256 KiB fits with its line ends escaped, and a quarter more. By
   * default 1 MB.
   */
  maxHttpBufferSize: 320 * 1024,
  /** Milliseconds after which a connection that joins no namespace is closed. By default 45 seconds. */
  connectTimeout: 10_000,
  /** Signaling messages are few and small; compressing them costs memory for every connection. */
  perMessageDeflate: false as const,
  /** The same for long polling. */
  httpCompression: false as const,
};
