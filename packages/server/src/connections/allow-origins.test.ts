import { describe, expect, it } from "vitest";
import { allowOrigins, type AllowOriginsOptions } from "./allow-origins.js";

function isAllowed(headers: Record<string, string | string[] | undefined>, options?: AllowOriginsOptions): boolean {
  const answers: unknown[] = [];
  allowOrigins(["https://app.example.org", "http://localhost:8080", "capacitor://localhost"], options)(
    { headers },
    (...answer) => answers.push(answer),
  );
  expect(answers).toHaveLength(1);
  const [[error, success]] = answers as [[string | null, boolean]];
  expect(error).toBe(success ? null : "Origin not allowed");
  return success;
}

describe("T20: allowOrigins", () => {
  it.each(["https://app.example.org", "http://localhost:8080", "capacitor://localhost"])("T20: allows %s", (origin) => {
    expect(isAllowed({ origin })).toBe(true);
  });

  it.each([
    "https://evil.example",
    "https://app.example.org.evil.example",
    "https://evil-app.example.org",
    "https://sub.app.example.org",
    "https://appxexample.org",
    "http://app.example.org",
    "https://app.example.org:8443",
    "https://app.example.org/",
    "https://APP.example.org",
    "https://app.example.org, https://evil.example",
    "http://localhost",
    "http://localhost:80801",
    "null",
    "",
    "*",
  ])("T20: rejects %j", (origin) => {
    expect(isAllowed({ origin })).toBe(false);
    expect(isAllowed({ origin, "sec-fetch-site": "same-origin" })).toBe(false);
    expect(isAllowed({ origin }, { withoutOrigin: true }), "the header is there").toBe(false);
  });

  it("T20: without an origin, allows polls that a browser calls same-origin; programs with `withoutOrigin`", () => {
    expect(isAllowed({})).toBe(false);
    expect(isAllowed({ "sec-fetch-site": "same-origin" })).toBe(true);
    for (const site of ["cross-site", "same-site", "none", "same-origin, x"])
      expect(isAllowed({ "sec-fetch-site": site }), site).toBe(false);
    expect(isAllowed({}, { withoutOrigin: true })).toBe(true);
  });

  it("T20: `sameOrigin` allows the page of the host that it connects to, and no other", () => {
    const options = { sameOrigin: true };
    expect(isAllowed({ origin: "http://192.168.0.7:3000", host: "192.168.0.7:3000" }, options)).toBe(true);
    expect(isAllowed({ origin: "https://meet.example.org", host: "meet.example.org" }, options)).toBe(true);
    expect(isAllowed({ origin: "http://[::1]:3000", host: "[::1]:3000" }, options)).toBe(true);
    expect(isAllowed({ origin: "http://192.168.0.7:3000", host: "192.168.0.7:3000" })).toBe(false);
    for (const [origin, host] of [
      ["https://evil.example", "meet.example.org"],
      ["http://127.0.0.1:3001", "127.0.0.1:3000"],
      ["http://127.0.0.1", "127.0.0.1:3000"],
      ["http://user@127.0.0.1:3000", "127.0.0.1:3000"],
      ["null", "null"],
      ["", ""],
      ["meet.example.org", "meet.example.org"],
      ["file://", ""],
      ["https://meet.example.org", undefined],
    ])
      expect(isAllowed({ origin, host }, options), `${String(origin)} to ${String(host)}`).toBe(false);
  });

  it.each([
    [["https://app.example.org/"], 'origins[0] must be an origin: write "https://app.example.org" instead'],
    [["https://a.example", "https://App.example.org"], 'origins[1] must be an origin: write "https://app.example.org"'],
    [["https://app.example.org:443"], 'write "https://app.example.org" instead'],
    [["https://*.example.org"], "origins[0] must be an origin"],
    [["app.example.org"], "origins[0] must be an origin"],
    [["*"], "origins[0] must be an origin"],
    [["null"], "origins[0] must be an origin"],
    [[/example/], "origins[0] must be an origin"],
    [["capacitor://localhost/x"], "origins[0] must be an origin"],
    ["https://app.example.org", "origins must be an array"],
    [[], "origins is empty"],
  ])("T20: %j throws, and the error says what to write", (origins, message) => {
    expect(() => allowOrigins(origins as string[])).toThrow(message);
  });

  it("T20: unknown and invalid options throw", () => {
    const origins = ["https://app.example.org"];
    const misspelled = { sameHost: true } as AllowOriginsOptions;
    expect(() => allowOrigins(origins, misspelled)).toThrow('Unknown option "sameHost"');
    expect(() => allowOrigins(origins, { sameOrigin: "yes" } as unknown as AllowOriginsOptions)).toThrow(
      "sameOrigin must be true or false",
    );
  });
});
