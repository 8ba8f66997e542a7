import { systemClock, type Clock } from "../clock.js";
import { knownNames, methods, numberFrom, record, wholeNumber } from "../option-checks.js";
import { AddressLimiter } from "./address-limiter.js";
import { clientAddress, type ConnectionRequest } from "./client-address.js";
import { watchHandshakes, type EngineServer } from "./watch-handshakes.js";

/** Options of `limitConnections`. An invalid value throws a `TypeError` that names the option. */
export interface ConnectionLimitOptions {
  /**
   * Connections that one address may have at a time. A household, a school or a company often has one IPv4 address for
   * all; IPv6 addresses count by their first 64 bits. Default 100.
   */
  perAddress?: number | undefined;
  /**
   * New connections of one address per second, sustained; after a pause as many as `perAddress` at once, so that
   * everybody can come back after an outage. `false` sets no bound. Default 10.
   */
  connectionsPerSecond?: number | false | undefined;
  /**
   * How many proxies of yours stand before this server, each of which appends the address of its client to the header
   * `x-forwarded-for`. With 0 the header is ignored. With more, this server must not be reachable but through them, or
   * clients choose their address. A connection whose header is missing or has no address at that place counts as one of
   * the last proxy's address. Default 0.
   */
  trustedProxies?: number | undefined;
  /** Replaces the clock, for tests. Default: the clock of this process. */
  clock?: Clock | undefined;
}

/** Counts connections by address. */
export interface ConnectionLimit {
  /** How many connections are open now. */
  readonly connections: number;
  /** How many addresses are remembered: those with a connection, and at most 10,000 others. */
  readonly addresses: number;
  /** How many connections were rejected so far. */
  readonly rejected: number;
  /**
   * Counts a connection that does not go through Socket.IO, such as that of a device.
   *
   * @returns a function to call when it has ended, or `undefined` if its address has too many: then reject it
   */
  open(request: ConnectionRequest): (() => void) | undefined;
}

const optionNames: Record<keyof ConnectionLimitOptions, true> = {
  perAddress: true,
  connectionsPerSecond: true,
  trustedProxies: true,
  clock: true,
};

/**
 * Limits how many connections one address has to a Socket.IO server, and how many new ones a second, over WebSocket and
 * long polling. Others are answered with status 429, and their clients try again later. A connection counts from its
 * first request until it ends, whether it joins a namespace or not. Connections that are open already do not count.
 * Engine.IO then accepts none over WebTransport, which it does not show to such a check.
 *
 * @param io a server that is attached to an HTTP or HTTPS server of Node.js
 * @throws TypeError if it is not, or if an option is invalid
 */
export function limitConnections(
  io: { readonly engine?: EngineServer | undefined },
  options: ConnectionLimitOptions = {},
): ConnectionLimit {
  const engine = (io as { readonly engine?: EngineServer } | undefined)?.engine;
  if (typeof engine?.use !== "function")
    throw new TypeError("limitConnections needs a Socket.IO server that is attached to an HTTP server.");
  knownNames("", record("The options", options), optionNames);
  methods("clock", options.clock, ["now"]);
  const { perAddress = 100, connectionsPerSecond = 10, trustedProxies = 0, clock = systemClock } = options;
  const proxies = wholeNumber("trustedProxies", trustedProxies, 0);
  const limiter = new AddressLimiter(
    wholeNumber("perAddress", perAddress, 1),
    connectionsPerSecond === false ? undefined : numberFrom("connectionsPerSecond", connectionsPerSecond, 0, false),
    clock,
  );
  let rejected = 0;
  const take = (request: ConnectionRequest): string | undefined => {
    const address = clientAddress(request, proxies);
    if (limiter.take(address)) return address;
    rejected += 1;
    return undefined;
  };
  watchHandshakes(engine, {
    take,
    add: (address) => limiter.add(address),
    release: (address) => limiter.release(address),
  });

  return {
    get connections() {
      return limiter.connections;
    },
    get addresses() {
      return limiter.addresses;
    },
    get rejected() {
      return rejected;
    },
    open: (request) => {
      const address = take(request);
      if (address === undefined) return undefined;
      let isOpen = true;
      return () => {
        if (isOpen) limiter.release(address);
        isOpen = false;
      };
    },
  };
}
