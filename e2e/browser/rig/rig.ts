import { afterAll } from "vitest";
import { LabServer } from "../lab/lab.js";
import { type Pairing } from "../support/pairings.js";
import { Call, type CallOptions } from "./call.js";
import { FrameProxy } from "./frame-proxy.js";
import { Pages } from "./pages.js";
import { TcpProxy } from "./tcp-proxy.js";

/** The part of a test's context that is used; concurrent tests have one each. */
interface Finishing {
  readonly task: { readonly result?: { readonly state?: string } };
  onTestFinished(run: () => Promise<void>): void;
}

/** What the calls of one file share: browsers, pages, and a server that nobody kills. */
export class Rig {
  readonly pages = new Pages();
  #server: Promise<LabServer> | undefined;

  get server(): Promise<LabServer> {
    // In a second some tests do what people do in a day.
    return (this.#server ??= LabServer.start({ RATE_LIMIT: "off" }));
  }

  /** Two people in a room who see each other, with nothing under way. Ends with the test. */
  async call(test: Finishing, pairing: Pairing, options: CallOptions = {}): Promise<Call> {
    const server = options.server ?? (await this.server);
    const Proxy = options.proxies === "frames" ? FrameProxy : TcpProxy;
    const call = new Call(server, await Promise.all([Proxy.open(server.port), Proxy.open(server.port)]), options);
    await call.open(this.pages, pairing);
    test.onTestFinished(async () => {
      const failed = test.task.result?.state === "fail";
      if (failed) console.log(await call.story());
      if (failed || options.spoilsPages === true) await call.close();
      else await call.close((page) => this.pages.giveBack(page));
    });
    if (options.opened !== true) {
      await call.join();
      await call.seen();
      await call.agreed();
    }
    return call;
  }

  async close(): Promise<void> {
    await this.pages.browsers.close();
    await (await this.#server)?.close();
  }
}

/** To be called in the body of a file of tests. */
export function withRig(): Rig {
  const rig = new Rig();
  afterAll(() => rig.close());
  return rig;
}
