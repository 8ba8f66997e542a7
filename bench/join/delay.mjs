import { connect, createServer } from "node:net";

/**
 * Stands before a server and brings every byte later, by half a round trip.
 *
 * @param {number} port
 * @param {number} roundTripMs
 * @returns {Promise<{ port: number, close(): void }>}
 */
export async function delayed(port, roundTripMs) {
  /** @type {Set<import("node:net").Socket>} */
  const sockets = new Set();
  /**
   * @param {import("node:net").Socket} from
   * @param {import("node:net").Socket} to
   */
  const bring = (from, to) => {
    sockets.add(from);
    from.setNoDelay();
    from.on("data", (data) => setTimeout(() => to.writable && to.write(data), roundTripMs / 2));
    from.on("close", () => {
      sockets.delete(from);
      setTimeout(() => to.destroy(), roundTripMs / 2);
    });
    from.on("error", () => from.destroy());
  };
  const server = createServer((client) => {
    const upstream = connect(port, "127.0.0.1");
    bring(client, upstream);
    bring(upstream, client);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    port: address.port,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
