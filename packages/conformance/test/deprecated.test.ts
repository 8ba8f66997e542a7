import { expect, it, onTestFinished } from "vitest";
import { checkServer, judgeServer, type Finding } from "../src/index.js";
import { main } from "../src/main.js";
import { serve } from "./serve.js";

/* eslint-disable @typescript-eslint/no-deprecated -- what this file checks */

it("the former names of functions, options, report fields and rules still work", async () => {
  const server = await serve();
  onTestFinished(() => server.close());
  const findings: Finding[] = [];
  const report = await judgeServer(server.url, {
    only: ["seed.drop", "refusals.no-echo", "presence.lost"],
    patienceMs: 2_000,
    onFinding: (finding) => findings.push(finding),
  });
  expect(report).toMatchObject({ judged: "server", right: 2, wrong: 0, notJudged: 1, findings });
  expect(findings.map(({ rule, verdict, sentence }) => [rule, verdict, sentence])).toEqual(
    report.results.map(({ rule, requirement }) => [
      rule,
      rule === "presence.lost" ? "not judged" : "right",
      requirement,
    ]),
  );
  expect(findings.find(({ verdict }) => verdict === "not judged")?.why).toMatch(/grace time/);
});

it("a whole family keeps its former name in `except`", async () => {
  const server = await serve();
  onTestFinished(() => server.close());
  const report = await checkServer(server.url, { only: ["seed", "joining.ack"], except: ["seed"] });
  expect(report.results.map(({ rule }) => rule)).toEqual(["joining.ack"]);
});

it("--patience still sets the timeout", async () => {
  let err = "";
  await main(["server", "http://127.0.0.1:1", "--patience", "soon"], {
    out: () => undefined,
    err: (text) => (err += text),
  });
  expect(err).toContain('Invalid --timeout "soon"');
});
