import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { io, type Socket } from "socket.io-client";
import { expect, it, onTestFinished } from "vitest";
import { main } from "../src/main.js";
import type { Report } from "../src/index.js";
import { brokenServers } from "./broken-servers.js";
import { serve } from "./serve.js";

async function run(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  const said = { out: "", err: "" };
  const status = await main(args, {
    out: (text) => (said.out += `${text}\n`),
    err: (text) => (said.err += `${text}\n`),
  });
  return { status, ...said };
}

it("a server that is right is told so in sentences, with status 0 and a report as JSON", async () => {
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
  expect(out).toContain("not judged: it takes the server's grace time; say how long that is with --grace SECONDS");
  expect(out).toMatch(/: 7 right, 0 wrong, 1 not judged\.\n$/);
  const report = JSON.parse(await readFile(json, "utf8")) as Report;
  expect(report).toMatchObject({ judged: "server", subject: `${server.url}/`, right: 7, wrong: 0, notJudged: 1 });
  expect(report.findings[0]).toMatchObject({
    rule: "joining.created",
    verdict: "right",
    section: "docs/protocol.md#joining",
  });
});

it("a server that is wrong is told what was expected, what came and where it is written, with status 1", async () => {
  const broken = brokenServers.find(({ name }) => name.startsWith("believes"));
  const server = await serve(broken);
  onTestFinished(() => server.close());
  const { status, out } = await run("server", server.url, "--only", "identity.from");
  expect(status).toBe(1);
  expect(out).toMatch(
    /^✗ writes `from` itself, whatever the sender claims \(identity\.from\)\n {4}expected: `from` of an offer '[\w-]{22}'\n {4}came: {5}'[\w-]{22}'\n {4}see: {6}docs\/protocol\.md#identity\n/,
  );
});

it("a client is told where to come, and with status 1 what it did wrong", async () => {
  const sockets: Socket[] = [];
  onTestFinished(() => sockets.forEach((socket) => void socket.disconnect()));
  const join = (out: string): void => {
    const [, url, room] = /connect to (\S+) and join the room "(\w+)"/.exec(out) ?? [];
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
    "✗ joins the room with `createAndJoinRoom` as its first message (joining.joins)\n    expected: a payload as the protocol says\n    came:     { room: 'conformance', key: 'short' }: \"key\" must be 22 to 128 base64url characters.",
  );
  expect(out).toContain("0 right, 1 wrong, 3 not judged.");
});

it.each(["client", "device"])("a port that is taken is said, and nobody is waited for: %s", async (command) => {
  const server = await serve();
  onTestFinished(() => server.close());
  const { port } = new URL(server.url);
  expect(await run(command, "--port", port)).toEqual({
    status: 2,
    out: "",
    err: `Port ${port} is taken: --port names another, and 0 takes any.\n`,
  });
});

it("what listens there and is no signaling server is told apart from what does not listen", async () => {
  const http = createServer((_, response) => response.writeHead(404).end());
  http.on("upgrade", (_, socket) => socket.end("HTTP/1.1 404 Not Found\r\n\r\n"));
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void http.close());
  const url = `http://127.0.0.1:${String((http.address() as AddressInfo).port)}`;
  expect(await run("server", url, "--path", "/calls/")).toEqual({
    status: 2,
    out: "",
    err: `No connection to ${url}/: there is an HTTP server, which answers /calls/ with 404 and not with a WebSocket.\n`,
  });
});

it("a gateway for devices that is not there is told so at once", async () => {
  const server = await serve();
  onTestFinished(() => server.close());
  const { status, out } = await run(
    "server",
    server.url,
    "--device",
    "/nowhere",
    "--only",
    "device.config",
    "--patience",
    "60000",
  );
  expect(status).toBe(1);
  expect(out).toMatch(/expected: `config` to the device\n {4}came: {5}(no connection|the end of the connection)/);
});

it.each([
  [["client", "http://127.0.0.1:1"], /A client comes by itself/],
  [["client", "--device", "/device"], /^--device is not for a client\.\n/],
  [["server", "http://127.0.0.1:1", "--wait", "5"], /^--wait is not for a server\.\n/],
  [["server", "http://127.0.0.1:1/calls"], /"\/calls" is more than the address of a server: --path/],
  [
    ["server", "http://127.0.0.1:1", "--json", "/nowhere/at/all.json"],
    /^The report cannot be written to \/nowhere\/at\/all\.json: ENOENT/,
  ],
  [["client", "--port", "99999"], /--port wants a number from 0 to 65535\./],
  [["server", "http://127.0.0.1:1"], /^No connection to http:\/\/127\.0\.0\.1:1\/: nobody listens there\.\n$/],
  [["server"], /Say the address of one server\./],
  [["server", "example.org"], /no address of a server/],
  [["serve", "http://127.0.0.1:1"], /"serve" is nothing that can be judged\./],
  [["server", "http://127.0.0.1:1", "--only", "nothing"], /There is no rule and no family "nothing"\./],
  [["server", "http://127.0.0.1:1", "--grace", "soon"], /--grace wants a number above 0\./],
  [["client", "--what"], /^Unknown option '--what'\.\nsig-conformance --help says what can be said\.\n$/],
  [["client", "--port"], /^Option '--port <value>' argument missing\.\n/],
])("what cannot be run ends with status 2 and says why: %j", async (args, why) => {
  const { status, out, err } = await run(...args);
  expect({ status, out }).toEqual({ status: 2, out: "" });
  expect(err).toMatch(why);
});

it("help is no failure", async () => {
  const { status, out } = await run("--help");
  expect(status).toBe(0);
  expect(out).toContain("sig-conformance server URL");
});
