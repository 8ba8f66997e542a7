import { spawn, type ChildProcess } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type BuildOptions } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));

/** The bundle that all servers of this process share, and how many servers use it. */
let bundled: Promise<string> | undefined;
let servers = 0;

type SharedOptions = Pick<BuildOptions, "bundle" | "minify" | "format" | "logLevel">;

/** A signaling server with a bare page, in a process of its own that a test may kill and restart on the same port. */
export class LabServer {
  readonly #folder: string;
  readonly #env: Record<string, string>;
  #child: ChildProcess | undefined;
  #port = 0;

  private constructor(folder: string, env: Record<string, string>) {
    this.#folder = folder;
    this.#env = env;
  }

  static async start(env: Record<string, string> = {}): Promise<LabServer> {
    servers += 1;
    const server = new LabServer(await (bundled ??= bundle()), env);
    await server.restart();
    return server;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    // Browsers allow cameras here, and all of them connect by IPv4.
    return `http://127.0.0.1:${String(this.#port)}`;
  }

  /** SIGKILL: no client is notified. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child?.exitCode !== null) return;
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await exited;
  }

  /** SIGTERM: it sends its clients to other nodes, and ends then. Resolves with its exit code. */
  async drain(): Promise<number | null> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return null;
    const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    return exited;
  }

  /** All TURN credentials that it makes from now on are valid for an hour. */
  lengthenCredentials(): void {
    this.#child?.kill("SIGUSR2");
  }

  /** @param port - Default: the port it had. 0 takes any free one. */
  async restart(port = this.#port): Promise<void> {
    await this.kill();
    const child = spawn(process.execPath, [join(this.#folder, "server.mjs")], {
      env: { ...process.env, ...this.#env, PORT: String(port) },
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#child = child;
    this.#port = await new Promise((resolve, reject) => {
      child.stdout.once("data", (line: Buffer) => {
        resolve(Number(line.toString()));
      });
      child.once("exit", (code) => {
        reject(new Error(`The lab server ended with ${String(code)} before it listened.`));
      });
    });
  }

  async close(): Promise<void> {
    await this.kill();
    servers -= 1;
    if (servers > 0) return;
    bundled = undefined;
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Makes a folder with the program of the server; its pages are inside the program. */
async function bundle(): Promise<string> {
  // Below this package, where socket.io resolves and finds its own files.
  const cache = join(here, "../../node_modules/.cache");
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, "lab-"));
  // Minified: browsers compile the script of each page, and the tests open hundreds.
  const shared: SharedOptions = {
    bundle: true,
    minify: true,
    format: "esm",
    logLevel: "warning",
  };
  // The page uses the client as it is published, whose files import each other for the order of modules alone.
  await build({
    ...shared,
    entryPoints: [join(here, "in-page.ts")],
    outfile: join(folder, "page.js"),
    logOverride: { "ignored-bare-import": "silent" },
  });
  const script = await readFile(join(folder, "page.js"), "utf8");
  const pages = {
    "/": {
      type: "text/html",
      body:
        `<!doctype html><title>Lab</title><link rel="icon" href="data:,">` +
        `<script type="module" src="/lab.js"></script>`,
    },
    "/base-client": { type: "text/html", body: await readFile(join(here, "base-client.html"), "utf8") },
    "/lab.js": { type: "text/javascript", body: script },
  };
  await build({
    ...shared,
    entryPoints: [join(here, "server-program.ts")],
    outfile: join(folder, "server.mjs"),
    platform: "node",
    conditions: ["@sig/source"],
    define: { pages: JSON.stringify(pages) },
    external: ["socket.io", "redis"],
  });
  return folder;
}
