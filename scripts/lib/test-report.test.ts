import { describe, expect, test } from "vitest";
import { countTests, lastLine } from "./test-report.mjs";

const report = (counts: { passed?: number; failed?: number; pending?: number; todo?: number }, files: object[] = []) =>
  JSON.stringify({
    numPassedTests: counts.passed ?? 0,
    numFailedTests: counts.failed ?? 0,
    numPendingTests: counts.pending ?? 0,
    numTodoTests: counts.todo ?? 0,
    testResults: files,
  });

describe("Counting the tests of a run", () => {
  test("a run in which every test passed is passed", () => {
    expect(countTests(report({ passed: 7 }), 0)).toEqual({ passed: 7, failed: 0, skipped: 0, remarks: [] });
  });

  test("skipped tests and those still to be written are counted as skipped", () => {
    expect(countTests(report({ passed: 1, pending: 2, todo: 3 }), 0)).toMatchObject({
      passed: 1,
      failed: 0,
      skipped: 5,
    });
  });

  test("failed tests are counted once, whatever the exit status", () => {
    const files = [{ name: "a", status: "failed", assertionResults: [{ status: "failed" }] }];
    expect(countTests(report({ passed: 1, failed: 1 }, files), 1)).toEqual({
      passed: 1,
      failed: 1,
      skipped: 0,
      remarks: [],
    });
  });

  test("a file that could not be loaded is a failure", () => {
    const files = [{ name: "broken.test.ts", status: "failed", assertionResults: [] }];
    expect(countTests(report({ passed: 3 }, files), 1)).toMatchObject({
      failed: 1,
      remarks: [expect.stringContaining("broken.test.ts")],
    });
  });

  test("an error that no test caught is a failure although every test passed", () => {
    expect(countTests(report({ passed: 3 }), 1)).toMatchObject({ passed: 3, failed: 1 });
  });

  test("a run without a single test is a failure", () => {
    expect(countTests(report({}), 0)).toMatchObject({ passed: 0, failed: 1 });
    expect(countTests(report({ pending: 9 }), 0)).toMatchObject({ failed: 1, skipped: 9 });
  });

  test.each([undefined, "", "{", "null", "{}", '{"numPassedTests":"7"}'])("the report %j is a failure", (json) => {
    expect(countTests(json, 0)).toMatchObject({ passed: 0, failed: 1 });
  });
});

describe("The last line", () => {
  test("adds the parts up and speaks of skipped tests only where there are any", () => {
    const part = { passed: 1, failed: 0, skipped: 0 };
    expect(lastLine([part, part])).toBe("2 passed, 0 failed");
    expect(lastLine([part, { passed: 0, failed: 2, skipped: 1 }])).toBe("1 passed, 2 failed, 1 skipped");
    expect(lastLine([])).toBe("0 passed, 0 failed");
  });
});
