import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { io, type Socket } from "socket.io-client";
import { expect, it, onTestFinished } from "vitest";
import type { Report } from "../src/index.js";
import { main } from "../src/main.js";
import { brokenServers } from "./broken-servers.js";
import { serve } from "./serve.js";

async function run(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  const printed = { out: "", err: "" };
  const status = await main(args, {
    out: (text) => (printed.out += `${text}\n`),
    err: (text) => (printed.err += `${text}\n`),
  });
  return { status, ...printed };
}

it("a correct server gets a line for each rule, status 0 and a report as JSON", async () => {
  const server = await serve();
  const folder = await mkdtemp(join(tmpdir(), "sig-conformance-"));
  onTestFinished(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });
  const json = join(folder, "report.json");
  const { status, out } = await run("server", server.url, "--only", "joining,presence.lost", "--json", json);
  expect(status).toBe(0);
  expect(out).toContain("✓ sends `created` before anything else of that room (joining.first)\n");
  expect(out).toContain("skipped: it needs the server's grace time: --grace SECONDS");
  expect(out).toMatch(/: 8 passed, 0 failed, 1 skipped\.\n$/);
  const report = JSON.parse(await readFile(json, "utf8")) as Report;
  expect(report).toMatchObject({ kind: "server", subject: `${server.url}/`, passed: 8, failed: 0, skipped: 1 });
  expect(report.results[0]).toMatchObject({
    rule: "joining.created",
    status: "passed",
    section: "docs/protocol.md#joining",
  });
});

it("a failed rule is printed with the expected and the actual behavior and its section, with status 1", async () => {
  const broken = brokenServers.find(({ breaks }) => breaks.includes("identity.from"));
  const server = await serve(broken);
  onTestFinished(() => server.close());
  const { status, out } = await run("server", server.url, "--only", "identity.from");
  expect(status).toBe(1);
  expect(out).toMatch(
    /^✗ sets `from` itself, whatever the sender claims \(identity\.from\)\n {4}expected: `from` of an offer '[\w-]{22}'\n {4}actual: {3}'[\w-]{22}'\n {4}see: {6}docs\/protocol\.md#identity\n/,
  );
});

it("a client gets the address to connect to, and status 1 for its failed rules", async () => {
  const sockets: Socket[] = [];
  onTestFinished(() => sockets.forEach((socket) => void socket.disconnect()));
  const join = (out: string): void => {
    const [, url, room] = /Connect your client to (\S+) and join the room "(\w+)"/.exec(out) ?? [];
    if (url === undefined || sockets.length > 0) return;
    sockets.push(io(url, { transports: ["websocket"] }).emit("createAndJoinRoom", { room, key: "short" }));
  };
  let out = "";
  const status = await main(["client", "--port", "0", "--only", "offering"], {
    out: (text) => join((out += `${text}\n`)),
    err: () => undefined,
  });
  expect(status).toBe(1);
  expect(out).toContain(
    "✗ joins the room with `createAndJoinRoom` as its first message (joining.joins)\n" +
      "    expected: a valid payload\n    actual:   { room: 'conformance', key: 'short' }: ",
  );
  expect(out).toContain("0 passed, 1 failed, 3 skipped.");
});

it.each(["client", "device"])("a port in use ends the %s command at once", async (command) => {
  const server = await serve();
  onTestFinished(() => server.close());
  const { port } = new URL(server.url);
  expect(await run(command, "--port", port)).toEqual({
    status: 2,
    out: "",
    err: `Port ${port} is in use. Choose another with --port; 0 takes any free port.\n`,
  });
});

it("an HTTP server without signaling is distinguished from a port where nothing listens", async () => {
  const http = createServer((_, response) => response.writeHead(404).end());
  http.on("upgrade", (_, socket) => socket.end("HTTP/1.1 404 Not Found\r\n\r\n"));
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void http.close());
  const url = `http://127.0.0.1:${String((http.address() as AddressInfo).port)}`;
  expect(await run("server", url, "--path", "/calls/")).toEqual({
    status: 2,
    out: "",
    err: `No connection to ${url}/: an HTTP server answers /calls/ with status 404 instead of accepting a WebSocket.\n`,
  });
});

it("a missing device gateway fails at once", async () => {
  const server = await serve();
  onTestFinished(() => server.close());
  const { status, out } = await run(
    "server",
    server.url,
    "--device",
    "/nowhere",
    "--only",
    "device.config",
    "--timeout",
    "60000",
  );
  expect(status).toBe(1);
  expect(out).toMatch(/expected: `config` to the device\n {4}actual: {3}(no connection|the end of the connection)/);
});

it.each([
  [["client", "http://127.0.0.1:1"], /^"client" takes no address: the client connects to the kit\./],
  [["client", "--device", "/device"], /^--device is not an option of "client"\.\n/],
  [["server", "http://127.0.0.1:1", "--wait", "5"], /^--wait is not an option of "server"\.\n/],
  [["server", "http://127.0.0.1:1/calls"], /^The server address must not contain "\/calls"\. Use --path/],
  [
    ["server", "http://127.0.0.1:1", "--json", "/nowhere/at/all.json"],
    /^Cannot write the report to \/nowhere\/at\/all\.json: ENOENT/,
  ],
  [["client", "--port", "99999"], /^Invalid --port "99999"\. Expected a number from 0 to 65535\./],
  [["server", "http://127.0.0.1:1"], /^No connection to http:\/\/127\.0\.0\.1:1\/: nothing listens there\.\n$/],
  [["server"], /^"server" takes one address\./],
  [["server", "example.org"], /^Invalid server address "example\.org"\./],
  [["serve", "http://127.0.0.1:1"], /^Unknown command "serve"\. Commands: server, client, device\./],
  [["--port", "1"], /^Missing command\. Commands: server, client, device\./],
  [["server", "http://127.0.0.1:1", "--only", "nothing"], /^Unknown rule or family "nothing"\./],
  [["server", "http://127.0.0.1:1", "--grace", "soon"], /^Invalid --grace "soon"\. Expected a number above 0\./],
  [["client", "--what"], /^Unknown option '--what'\.\nSee sig-conformance --help\.\n$/],
  [["client", "--port"], /^Option '--port <value>' argument missing\.\n/],
])("an invalid command line ends with status 2 and a message: %j", async (args, message) => {
  const { status, out, err } = await run(...args);
  expect({ status, out }).toEqual({ status: 2, out: "" });
  expect(err).toMatch(message);
});

it("--help ends with status 0", async () => {
  const { status, out } = await run("--help");
  expect(status).toBe(0);
  expect(out).toContain("sig-conformance server URL");
});
