// A reporter of vitest: which tests passed only at their second try. Green, and said by name, because
// each is a fault of the test or of the product.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export default class FlakyReporter {
  #flaky = [];

  onTestCaseResult(test) {
    if (test.diagnostic()?.flaky) this.#flaky.push(`${test.module.relativeModuleId} > ${test.fullName}`);
  }

  onTestRunEnd() {
    for (const name of this.#flaky) console.log(`Passed at the second try: ${name}`);
    const file = process.env.CWTS_FLAKY_FILE;
    if (!file) return;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(this.#flaky));
  }
}
