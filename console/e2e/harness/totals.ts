import type { FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter';

/** Ends with a line in the words of `cargo test`, so that `cargo xtask test` adds these tests to all others. */
export default class Totals implements Reporter {
  #passed = 0;
  #failed = 0;
  #ignored = 0;

  onTestEnd(test: TestCase, result: TestResult): void {
    if (result.status === 'skipped') this.#ignored += 1;
    else if (test.ok()) this.#passed += 1;
    else this.#failed += 1;
  }

  onEnd(result: FullResult): void {
    const verdict = result.status === 'passed' ? 'ok' : 'FAILED';
    const counts = `${this.#passed} passed; ${this.#failed} failed; ${this.#ignored} ignored`;
    const seconds = (result.duration / 1000).toFixed(2);
    process.stdout.write(`test result: ${verdict}. ${counts}; 0 measured; 0 filtered out; finished in ${seconds}s\n`);
  }
}
