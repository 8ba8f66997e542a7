/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {readonly string[]} remarks Why something counts as failed that is not a failed test.
 */

/**
 * Counts the tests of a Vitest run. These count as a failure too: no report, no test, a file that does not load, and an
 * exit status that the report does not explain (for example an error that no test caught).
 *
 * @param {string | undefined} json The text of Vitest's JSON report; absent when there is none.
 * @param {number} status Vitest's exit status.
 * @returns {Counts}
 */
export function countTests(json, status) {
  const report = read(json);
  if (report === undefined)
    return { passed: 0, failed: 1, skipped: 0, remarks: ["The tests left no readable report."] };

  const passed = report.numPassedTests;
  const skipped = report.numPendingTests + report.numTodoTests;
  const unloaded = report.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some(({ status }) => status === "failed"),
  );
  let failed = report.numFailedTests + unloaded.length;
  const remarks = unloaded.map(({ name }) => `${name} failed outside its tests.`);
  if (passed + failed === 0) {
    failed += 1;
    remarks.push("No test ran.");
  } else if (status !== 0 && failed === 0) {
    failed += 1;
    remarks.push(
      `The run ended with status ${status} although no test failed: an error that no test caught, or a crash.`,
    );
  }
  return { passed, failed, skipped, remarks };
}

/**
 * @typedef {object} VitestReport The part of Vitest's JSON report that is read here.
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {number} numTodoTests
 * @property {readonly { name: string, status: string, assertionResults: readonly { status: string }[] }[]} testResults
 */

/** @param {string | undefined} json @returns {VitestReport | undefined} */
function read(json) {
  try {
    const report = JSON.parse(json ?? "");
    const counts = [report.numPassedTests, report.numFailedTests, report.numPendingTests, report.numTodoTests];
    return counts.every(Number.isInteger) && Array.isArray(report.testResults) ? report : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {readonly Pick<Counts, "passed" | "failed" | "skipped">[]} parts
 * @returns {string} The last line of a test run: `N passed, N failed`, and `, N skipped` if any was.
 */
export function lastLine(parts) {
  const sum = (/** @type {"passed" | "failed" | "skipped"} */ which) =>
    parts.reduce((total, part) => total + part[which], 0);
  const skipped = sum("skipped");
  return `${sum("passed")} passed, ${sum("failed")} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
