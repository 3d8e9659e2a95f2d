import type { Reporter, TestModule, TestSuite } from 'vitest/node';

/**
 * Prints one closing line `N passed, N failed, N skipped`, and the suites that were skipped because the
 * machine lacks something they need (a browser, PostgreSQL, ffmpeg).
 */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0 };
    const skippedSuites = new Set<string>();
    for (const module of modules) {
      if (module.state() === 'failed' && module.children.size === 0) count.failed++;
      for (const test of module.children.allTests()) {
        const state = test.result().state;
        if (state === 'passed') count.passed++;
        else if (state === 'failed') count.failed++;
        else {
          count.skipped++;
          skippedSuites.add(`${module.relativeModuleId}: ${suiteName(test.parent)}`);
        }
      }
    }
    for (const suite of skippedSuites) console.log(`skipped  ${suite}`);
    console.log(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  }
}

function suiteName(parent: TestSuite | TestModule): string {
  return parent.type === 'suite' ? parent.fullName : 'whole file';
}
