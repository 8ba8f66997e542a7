import { afterAll } from "vitest";
import { LabServer } from "../lab/lab-server.js";
import { type Pairing } from "../support/pairings.js";
import { Call, type CallOptions } from "./call.js";
import { FrameProxy } from "./frame-proxy.js";
import { PagePool } from "./page-pool.js";
import { TcpProxy } from "../../support/tcp-proxy.js";

/** The part of a test's context that is used here; concurrent tests have one each. */
interface Finishing {
  readonly task: { readonly result?: { readonly state?: string } };
  onTestFinished(run: () => Promise<void>): void;
}

/** Shared by the calls of one file: browsers, pages, and a server that no test kills. */
export class Rig {
  readonly pages = new PagePool();
  #server: Promise<LabServer> | undefined;

  get server(): Promise<LabServer> {
    // Some tests send far more messages than people do.
    return (this.#server ??= LabServer.start({ RATE_LIMIT: "off" }));
  }

  /** Two pages in a room that receive each other's video, with no negotiation under way. Ends with the test. */
  async call(test: Finishing, pairing: Pairing, options: CallOptions = {}): Promise<Call> {
    const server = options.server ?? (await this.server);
    const Proxy = options.proxies === "frames" ? FrameProxy : TcpProxy;
    const call = new Call(server, await Promise.all([Proxy.open(server.port), Proxy.open(server.port)]), options);
    await call.open(this.pages, pairing);
    test.onTestFinished(async () => {
      const failed = test.task.result?.state === "fail";
      if (failed) console.log(await call.report());
      if (failed || options.spoilsPages === true) await call.close();
      else await call.close((page) => this.pages.giveBack(page));
    });
    if (options.opened !== true) {
      await call.join();
      await call.receivesMedia();
      await call.inOneGeneration();
    }
    return call;
  }

  async close(): Promise<void> {
    await this.pages.browsers.close();
    await (await this.#server)?.close();
  }
}

/** Call it in the body of a test file. */
export function withRig(): Rig {
  const rig = new Rig();
  afterAll(() => rig.close());
  return rig;
}
