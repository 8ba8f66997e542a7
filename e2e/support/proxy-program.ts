import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../scripts/lib/paths.mjs";
import { findCaddy, findNginx } from "../../scripts/lib/tools.mjs";
import { freePort } from "./free-port.js";
import { until } from "./until.js";

export type ProxyKind = "Caddy" | "nginx";

const programs = { Caddy: findCaddy(), nginx: findNginx() };

/** Tests of a proxy are skipped where it is not installed. */
export const hasProxy = (kind: ProxyKind): boolean => programs[kind] !== undefined;

const documented = (name: string): Promise<string> => readFile(join(root, "examples/deploying", name), "utf8");

/** The documented configuration of a proxy, adapted to one machine: ports, a certificate, and the nodes. */
export class ProxyProgram {
  readonly url: string;
  /** The certificate that clients have to trust. */
  readonly ca: string;
  readonly #process: ChildProcess;
  readonly #folder: string;

  private constructor(process: ChildProcess, folder: string, port: number, ca: string) {
    this.#process = process;
    this.#folder = folder;
    this.url = `https://127.0.0.1:${port}`;
    this.ca = ca;
  }

  /** @param nodes the ports of the two nodes */
  static async start(kind: ProxyKind, nodes: readonly [number, number]): Promise<ProxyProgram> {
    const folder = await mkdtemp(join(tmpdir(), "sig-proxy-"));
    const [port, plainPort, ca] = [await freePort(), await freePort(), await makeCertificate(folder)];
    const args = await (kind === "Caddy" ? caddyArgs : nginxArgs)(folder, { port, plainPort, nodes });
    const child = spawn(programs[kind] ?? kind, args, {
      env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let log = "";
    child.stderr.on("data", (text: Buffer) => (log += text.toString()));
    const proxy = new ProxyProgram(child, folder, port, ca);
    await until("the proxy", async () => {
      if (child.exitCode !== null) throw new Error(`${kind} ended. Its log:\n${log}`);
      return (await proxy.statusOf("/healthz")) === 200;
    });
    return proxy;
  }

  /** @returns the status of the answer to a GET; absent if there is none */
  statusOf(path: string): Promise<number | undefined> {
    return new Promise((resolve) => {
      const sent = request(this.url + path, { ca: this.ca, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on("error", () => resolve(undefined));
      sent.end();
    });
  }

  async close(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const gone = once(this.#process, "exit");
      // Both end at once, and nginx ends its workers.
      this.#process.kill("SIGTERM");
      await gone;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}

interface Addresses {
  readonly port: number;
  readonly plainPort: number;
  readonly nodes: readonly [number, number];
}

/** Replaces text that has to be in the file. */
function replace(text: string, replacements: readonly (readonly [from: string, to: string])[]): string {
  let replaced = text;
  for (const [from, to] of replacements) {
    if (!replaced.includes(from)) throw new Error(`The configuration does not contain ${from}`);
    replaced = replaced.replaceAll(from, to);
  }
  return replaced;
}

const onThisMachine = ([one, two]: readonly [number, number]): [string, string][] => [
  ["node-1:3000", `127.0.0.1:${one}`],
  ["node-2:3000", `127.0.0.1:${two}`],
];

async function caddyArgs(folder: string, { port, plainPort, nodes }: Addresses): Promise<string[]> {
  const options = `{\n\tadmin off\n\tauto_https disable_redirects\n\thttp_port ${plainPort}\n}\n`;
  const site = `https://127.0.0.1:${port} {\n\ttls ${folder}/fullchain.pem ${folder}/privkey.pem`;
  const file = join(folder, "Caddyfile");
  const text = await documented("Caddyfile");
  await writeFile(file, options + replace(text, [["calls.example.org {", site], ...onThisMachine(nodes)]));
  return ["run", "--adapter", "caddyfile", "--config", file];
}

async function nginxArgs(folder: string, { port, plainPort, nodes }: Addresses): Promise<string[]> {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `    ${name}_temp_path ${folder}/${name};\n`,
  );
  const file = join(folder, "nginx.conf");
  const text = replace(await documented("nginx.conf"), [
    ["listen 80;", `listen 127.0.0.1:${plainPort};`],
    ["listen 443 ssl;", `listen 127.0.0.1:${port} ssl;`],
    ["/etc/letsencrypt/live/calls.example.org", folder],
    ["http {\n", `http {\n    access_log off;\n${temporary.join("")}`],
    ...onThisMachine(nodes),
  ]);
  await writeFile(file, text);
  const user = process.getuid?.() === 0 ? "user root; " : "";
  return ["-e", "stderr", "-c", file, "-g", `${user}daemon off; pid ${folder}/pid;`];
}

/** Self-signed, for 127.0.0.1. */
async function makeCertificate(folder: string): Promise<string> {
  const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  const files = ["-keyout", join(folder, "privkey.pem"), "-out", join(folder, "fullchain.pem")];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const { status, stderr } = spawnSync("openssl", ["req", "-x509", ...curve, "-days", "2", ...subject, ...files]);
  if (status !== 0) throw new Error(`openssl failed: ${stderr.toString()}`);
  return readFile(join(folder, "fullchain.pem"), "utf8");
}
