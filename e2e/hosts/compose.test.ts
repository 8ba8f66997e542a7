import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "redis";
import { describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { hasRedis } from "../../packages/server/test/redis/redis-server.js";
import { root } from "../../scripts/lib/paths.mjs";
import { freePort } from "../support/free-port.js";
import { findCoturn, findRedis } from "../../scripts/lib/tools.mjs";
import { hasCoturn } from "../support/coturn.js";
import { StunClient } from "../support/stun.js";
import { until } from "../support/until.js";

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
}

const folder = join(root, "examples/deploying");
const { services } = parse(readFileSync(join(folder, "compose.yaml"), "utf8"), { merge: true }) as {
  services: Record<"node-1" | "node-2" | "caddy" | "redis" | "coturn", Service>;
};
const values: Record<string, string> = { TURN_SECRET: "the secret of one test", PUBLIC_IP: "127.0.0.1" };

/** A command with its variables, which Compose fills in. */
const commandOf = ({ command = [] }: Service): string[] =>
  command.map((text) => text.replace(/\$\{(\w+):\?[^}]*\}/g, (_, name: string) => values[name] ?? "missing"));

function run(program: string, args: readonly string[], cwd: string): ChildProcess & { log: string } {
  const child = Object.assign(spawn(program, args, { cwd, stdio: ["ignore", "pipe", "pipe"] }), { log: "" });
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (text: Buffer) => (child.log += text.toString()));
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  });
  return child;
}

async function emptyFolder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "sig-compose-"));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

describe("examples/deploying/compose.yaml", () => {
  test("has the nodes that the proxies expect, and mounts files that exist", () => {
    const caddyfile = readFileSync(join(folder, "Caddyfile"), "utf8");
    const expected = /^\tto (.*)$/m
      .exec(caddyfile)?.[1]
      ?.split(" ")
      .map((address) => address.replace(":3000", ""));
    expect(Object.keys(services).filter((name) => name.startsWith("node-"))).toEqual(expected);
    const mounted = Object.values(services).flatMap(({ volumes = [] }) =>
      volumes.map((volume) => volume.split(":")[0]),
    );
    const paths = mounted.filter((path) => path?.startsWith("."));
    expect(paths.filter((path) => !existsSync(join(folder, path ?? "")))).toEqual([]);
    expect(paths).toHaveLength(2);
  });

  test("gives the nodes every variable that the server reads, and no other", () => {
    const [, read = ""] = /const \{(.*)\} = process\.env/.exec(readFileSync(join(folder, "server.js"), "utf8")) ?? [];
    const names = Array.from(read.matchAll(/[A-Z_]+/g), ([name]) => name);
    // The default port is that of the proxies.
    expect(["PORT", ...Object.keys(services["node-1"].environment ?? {})].sort()).toEqual(names.sort());
    expect(services["node-2"]).toEqual(services["node-1"]);
  });

  test.skipIf(!hasRedis)("starts a Redis that keeps nothing on disk and evicts nothing", async () => {
    const [, ...args] = commandOf(services.redis);
    const port = await freePort();
    const server = run(
      findRedis() ?? "",
      [...args, "--port", String(port), "--bind", "127.0.0.1"],
      await emptyFolder(),
    );
    const client = createClient({ socket: { host: "127.0.0.1", port, reconnectStrategy: 20 } });
    client.on("error", () => undefined);
    const ended = once(server, "exit").then(() => Promise.reject(new Error(server.log)));
    await Promise.race([client.connect(), ended]);
    onTestFinished(() => client.destroy());
    expect(await client.sendCommand(["CONFIG", "GET", "maxmemory-policy"])).toEqual({
      "maxmemory-policy": "noeviction",
    });
    expect(await client.sendCommand(["CONFIG", "GET", "save"])).toEqual({ save: "" });
    expect(await client.sendCommand(["CONFIG", "GET", "appendonly"])).toEqual({ appendonly: "no" });
  });

  test.skipIf(!hasCoturn)("starts a relay that accepts its options, and answers", async () => {
    const inContainer = "/etc/coturn/turnserver.conf";
    const mount = services.coturn.volumes?.find((volume) => volume.includes(`:${inContainer}`)) ?? "";
    const args = commandOf(services.coturn).map((text) =>
      text === inContainer ? join(folder, mount.split(":")[0] ?? "") : text,
    );
    const port = await freePort();
    const own = ["--listening-ip=127.0.0.1", `--listening-port=${port}`, "--pidfile=pid", "--userdb=db"];
    const relay = run(findCoturn() ?? "", [...args, ...own], await emptyFolder());
    const client = new StunClient(port);
    onTestFinished(() => client.close());
    await until("an answer of coturn", async () => {
      if (relay.exitCode !== null) throw new Error(`coturn ended. Its log:\n${relay.log}`);
      return client.bind(100);
    });
    expect(relay.log).not.toMatch(/unknown|unrecognized|bad configuration/i);
  });
});
