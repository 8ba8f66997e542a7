import type { MemoryHub } from "../../packages/client/test/exploration/tapped-socket.js";
import type { PageSocket } from "./page-socket.js";
import type { Cluster } from "./cluster.js";
import type { Environment } from "./environment.js";
import type { Link } from "./link.js";

/**
 * The cluster as the socket of a page reaches it.
 * @param request returns what is sent with a request to connect in place of `auth`
 */
export function pageHub(
  { clock, random, nextNumber }: Environment,
  cluster: Cluster,
  link: Link,
  socket: () => PageSocket,
  request: (auth: unknown) => unknown,
): MemoryHub {
  return {
    // What a page has sent is on its way, whatever becomes of the page.
    clock,
    random,
    get latencyMs() {
      return link.latencyMs;
    },
    faults: {},
    held: undefined,
    get up() {
      return cluster.isUp;
    },
    accept: (_, send, auth) => cluster.accept(socket(), send, request(auth)),
    nextNumber,
  };
}
