// How many tests of a stage passed, from its own report. A stage that failed without a failed test
// (it could not start, it was ended) counts as one failure: nothing is lost in the sum.
import { readFileSync } from 'node:fs';

/** A stage that is one check: type check, lint, dependency rules. */
export function noCount(passed) {
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 };
}

/** `flakyFile`: the names of those that passed at the second try, by `flaky-reporter.mjs`. */
export function vitestCount(file, flakyFile) {
  return (passed) =>
    counted(passed, file, (report) => ({
      passed: report.numPassedTests,
      failed: report.numFailedTests + failedFiles(report),
      skipped: report.numPendingTests + report.numTodoTests,
      flaky: JSON.parse(readFileSync(flakyFile, 'utf8')).length,
    }));
}

export function playwrightCount(file) {
  return (passed) =>
    counted(passed, file, ({ stats }) => ({
      passed: stats.expected + stats.flaky,
      failed: stats.unexpected,
      skipped: stats.skipped,
      // Passed at the second try: green, and said, because it is a fault of the test or of the product.
      flaky: stats.flaky,
    }));
}

/** Test files that did not even load. */
function failedFiles(report) {
  return report.testResults.filter((each) => each.status === 'failed' && each.assertionResults.length === 0)
    .length;
}

function counted(passed, file, read) {
  let count;
  try {
    count = read(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
  return passed || count.failed > 0 ? count : { ...count, failed: 1 };
}
