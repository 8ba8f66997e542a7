import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { nodeProblem } from "./install.mjs";
import { withLock } from "./lock.mjs";
import { findCaddy, findChromium, findCoturn, findFirefox, findNginx, findRedis } from "./tools.mjs";

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sig-machine-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe("Node's version", () => {
  test.each(["20.19.0", "20.20.2", "22.0.0", "24.1.0"])("%s is good enough", (version) => {
    expect(nodeProblem(version)).toBeUndefined();
  });

  test.each(["18.20.4", "20.18.3", "19.9.0"])("%s is too old, and the message names it", (version) => {
    expect(nodeProblem(version)).toContain(version);
  });
});

describe("Finding a Chromium", () => {
  test("the one that CHROMIUM_PATH names goes before every other", () => {
    const folder = temporaryFolder();
    for (const name of ["mine", "chromium"]) writeFileSync(join(folder, name), "");
    expect(findChromium({ CHROMIUM_PATH: join(folder, "mine"), PATH: folder })).toBe(join(folder, "mine"));
  });

  test("a CHROMIUM_PATH that leads nowhere is an error that names it", () => {
    expect(() => findChromium({ CHROMIUM_PATH: "/no/such/file", PATH: "" })).toThrow("/no/such/file");
  });

  test("the first on the PATH is taken", () => {
    const [first, second] = [temporaryFolder(), temporaryFolder()];
    for (const folder of [first, second]) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "google-chrome"), "");
      chmodSync(join(folder, "google-chrome"), 0o755);
    }
    expect(findChromium({ PATH: [join(first, "absent"), first, second].join(delimiter) })).toBe(
      join(first, "google-chrome"),
    );
  });
});

describe("Finding a Firefox", () => {
  test("the one that FIREFOX_PATH names goes before every other", () => {
    const folder = temporaryFolder();
    for (const name of ["mine", "firefox-esr"]) writeFileSync(join(folder, name), "");
    expect(findFirefox({ FIREFOX_PATH: join(folder, "mine"), PATH: folder })).toBe(join(folder, "mine"));
  });

  test("a FIREFOX_PATH that leads nowhere is an error that names it", () => {
    expect(() => findFirefox({ FIREFOX_PATH: "/no/such/file", PATH: "" })).toThrow("/no/such/file");
  });

  test("Debian's is taken before another in the same folder", () => {
    const folder = temporaryFolder();
    for (const name of ["firefox", "firefox-esr"]) writeFileSync(join(folder, name), "");
    expect(findFirefox({ PATH: [join(folder, "absent"), folder].join(delimiter) })).toBe(join(folder, "firefox-esr"));
  });
});

describe("Finding coturn", () => {
  test("the one that TURNSERVER_PATH names goes before every other", () => {
    const folder = temporaryFolder();
    for (const name of ["mine", "turnserver"]) writeFileSync(join(folder, name), "");
    expect(findCoturn({ TURNSERVER_PATH: join(folder, "mine"), PATH: folder })).toBe(join(folder, "mine"));
    expect(findCoturn({ PATH: [join(folder, "absent"), folder].join(delimiter) })).toBe(join(folder, "turnserver"));
  });

  test("a TURNSERVER_PATH that leads nowhere is an error that names it", () => {
    expect(() => findCoturn({ TURNSERVER_PATH: "/no/such/file", PATH: "" })).toThrow("/no/such/file");
  });

  test("none is found where there is none", () => {
    expect(findCoturn({ PATH: temporaryFolder() })).toBeUndefined();
  });
});

test.each([
  ["REDIS_SERVER_PATH", "redis-server", findRedis],
  ["CADDY_PATH", "caddy", findCaddy],
  ["NGINX_PATH", "nginx", findNginx],
] as const)("the program that %s names goes before the %s on the PATH", (variable, program, find) => {
  const folder = temporaryFolder();
  for (const name of ["mine", program]) writeFileSync(join(folder, name), "");
  expect(find({ [variable]: join(folder, "mine"), PATH: folder })).toBe(join(folder, "mine"));
  expect(find({ PATH: folder })).toBe(join(folder, program));
});

describe("A lock", () => {
  test("lets one do its work after the other, and is gone afterwards", async () => {
    const file = join(temporaryFolder(), "folder", "work");
    const log: string[] = [];
    const work = (name: string) => async () => {
      log.push(`${name} begins`);
      await turn();
      log.push(`${name} ends`);
      return name;
    };
    expect(await Promise.all([withLock(file, work("a")), withLock(file, work("b"))])).toEqual(["a", "b"]);
    expect(log).toHaveLength(4);
    expect(log.map((line) => line.slice(2))).toEqual(["begins", "ends", "begins", "ends"]);
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  test("is gone after work that failed", async () => {
    const file = join(temporaryFolder(), "work");
    await expect(withLock(file, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  test("that a killed process left does not count for ever", async () => {
    const file = join(temporaryFolder(), "work");
    mkdirSync(`${file}.lock`);
    const aMinuteAgo = Date.now() / 1000 - 60;
    utimesSync(`${file}.lock`, aMinuteAgo, aMinuteAgo);
    expect(await withLock(file, () => Promise.resolve("done"))).toBe("done");
  });
});
