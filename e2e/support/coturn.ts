import { spawn, type ChildProcess } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findCoturn } from "../../scripts/lib/find-coturn.mjs";
import { StunClient } from "./stun.js";

/** Whether there is a coturn; tests that need one are skipped without. */
export const coturnIsHere = findCoturn() !== undefined;

const documented = fileURLToPath(new URL("../../docs/turnserver.conf", import.meta.url));

/** A coturn of its own on loopback, configured as the documentation has it but for what a test on one machine needs. */
export class Coturn {
  readonly port: number;
  readonly secret = "the secret of one test";
  readonly #process: ChildProcess;
  readonly #folder: string;
  #said = "";

  private constructor(port: number, folder: string) {
    this.port = port;
    this.#folder = folder;
    const options = {
      "static-auth-secret": this.secret,
      "listening-ip": "127.0.0.1",
      "relay-ip": "127.0.0.1",
      "listening-port": String(port),
      // Allowed goes before denied: of what is denied there, this address alone is let through.
      "allowed-peer-ip": "127.0.0.1",
      pidfile: join(folder, "pid"),
      userdb: join(folder, "db"),
    };
    const flags = ["allow-loopback-peers", "no-tls", "no-dtls"];
    const args = [
      "-c",
      documented,
      ...Object.entries(options).map(([name, value]) => `--${name}=${value}`),
      ...flags.map((flag) => `--${flag}`),
    ];
    this.#process = spawn(findCoturn() ?? "turnserver", args, { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.on("data", (text: Buffer) => (this.#said += text.toString()));
  }

  /** On any free port, unless told one: that of a coturn that was closed, say. */
  static async start(port?: number): Promise<Coturn> {
    const coturn = new Coturn(port ?? (await freePort()), await mkdtemp(join(tmpdir(), "sig-coturn-")));
    await coturn.#answers();
    return coturn;
  }

  /** Over UDP, as browsers are told of it. */
  get url(): string {
    return `turn:127.0.0.1:${String(this.port)}?transport=udp`;
  }

  /** What it wrote to its log so far. */
  get said(): string {
    return this.#said;
  }

  async close(): Promise<void> {
    if (this.#process.exitCode === null) {
      const gone = new Promise((resolve) => this.#process.once("exit", resolve));
      this.#process.kill("SIGKILL");
      await gone;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #answers(): Promise<void> {
    const client = new StunClient(this.port);
    const giveUpAt = performance.now() + 20_000;
    try {
      while (!(await client.bind(100))) {
        if (this.#process.exitCode === null && performance.now() < giveUpAt) continue;
        throw new Error(`coturn does not answer. It said:\n${this.#said}`);
      }
    } finally {
      client.close();
    }
  }
}

/** A port that is free in UDP and TCP: coturn takes none that it is not told. */
async function freePort(): Promise<number> {
  for (;;) {
    const tcp = createServer();
    await new Promise<void>((resolve) => tcp.listen(0, "127.0.0.1", resolve));
    const address = tcp.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    const udp = createSocket("udp4");
    const isFree = await new Promise<boolean>((resolve) => {
      udp.once("error", () => resolve(false));
      udp.bind(port, "127.0.0.1", () => resolve(true));
    });
    udp.close();
    await new Promise((resolve) => tcp.close(resolve));
    if (isFree) return port;
  }
}
