import { spawn, type ChildProcess } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findCoturn } from "../../scripts/lib/tools.mjs";
import { StunClient } from "./stun.js";
import { until } from "./until.js";

/** Tests that need coturn are skipped where it is not installed. */
export const hasCoturn = findCoturn() !== undefined;

const documented = fileURLToPath(new URL("../../docs/turnserver.conf", import.meta.url));

/** A coturn on loopback with the documented configuration, adapted to one machine. */
export class Coturn {
  readonly port: number;
  readonly secret = "the secret of one test";
  readonly #process: ChildProcess;
  readonly #folder: string;
  #log = "";

  private constructor(port: number, folder: string) {
    this.port = port;
    this.#folder = folder;
    const options = {
      "static-auth-secret": this.secret,
      "listening-ip": "127.0.0.1",
      "relay-ip": "127.0.0.1",
      "listening-port": String(port),
      // Allowed wins over denied: of all denied addresses, only this one is relayed to.
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
      stream?.on("data", (text: Buffer) => (this.#log += text.toString()));
  }

  /** @param port - Default: any free one. */
  static async start(port?: number): Promise<Coturn> {
    const coturn = new Coturn(port ?? (await freePort()), await mkdtemp(join(tmpdir(), "sig-coturn-")));
    await coturn.#waitUntilItAnswers();
    return coturn;
  }

  /** Over UDP, in the form that browsers take. */
  get url(): string {
    return `turn:127.0.0.1:${String(this.port)}?transport=udp`;
  }

  /** Its log so far. */
  get log(): string {
    return this.#log;
  }

  async close(): Promise<void> {
    if (this.#process.exitCode === null) {
      const gone = new Promise((resolve) => this.#process.once("exit", resolve));
      this.#process.kill("SIGKILL");
      await gone;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #waitUntilItAnswers(): Promise<void> {
    const client = new StunClient(this.port);
    try {
      await until("an answer of coturn", async () => {
        if (this.#process.exitCode !== null) throw new Error("coturn ended.");
        return client.bind(100);
      });
    } catch (cause) {
      throw new Error(`coturn does not answer. Its log:\n${this.#log}`, { cause });
    } finally {
      client.close();
    }
  }
}

/** A port that is free in both UDP and TCP: coturn does not choose one itself. */
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
