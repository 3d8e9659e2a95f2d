import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, openBrowser, openPage, picture, type WatchedPage } from '../support/browser.js';
import { type DemoCampus, startDemo } from '../support/demo.js';

describe.skipIf(!chromiumPath)('a drill in a browser (chromium, or PORTER_CHROMIUM)', () => {
  let demo: DemoCampus;
  let browser: Browser;
  let staff: WatchedPage;
  let gate: WatchedPage;

  beforeAll(async () => {
    demo = await startDemo();
    await demo.gate.post('/api/demo', { actor: 'nobody' });
    browser = await openBrowser();
    staff = await openPage(browser, { url: demo.centralUrl, width: 1440, height: 900 });
    gate = await openPage(browser, { url: demo.gate.url, width: 800, height: 480 });
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await demo?.close();
  });

  test('is started, counted and ended from the devices page, and the gate’s screen says what to do', async () => {
    const { page } = staff;
    await page.getByTestId('username').fill('supervisor');
    await page.getByTestId('password').fill(demo.logins.supervisor!.password);
    await page.getByTestId('login').click();
    await page.getByTestId('summary').waitFor();
    await page.goto(`${demo.centralUrl}/devices`);
    await page.getByTestId('drill').first().click();
    await page.getByTestId('drill-kind').getByText('Person').click();
    await page.getByTestId('start-drill').click();
    await page.getByTestId('drill-running').waitFor();

    await gate.page.locator('[data-testid=screen][data-phase=drill]').waitFor({ timeout: 25_000 });
    expect(await gate.page.getByTestId('verdict').textContent()).toContain('The door stays shut');
    await gate.page.getByTestId('demo-resident-3').click();
    await gate.page.getByTestId('verdict').getByText('taken for alive').waitFor({ timeout: 25_000 });
    await picture(gate.page, 'gate-drill');

    const row = page.getByTestId('drill-figures').getByText('BPCER · Person');
    await row.waitFor();
    await page.getByTestId('drill-running').getByText('1 presented: 1 taken for alive').waitFor();
    await picture(page, 'console-drill');
    await page.getByTestId('end-drill').click();
    await page.getByTestId('drill-running').waitFor({ state: 'detached' });
    await gate.page.locator('[data-testid=screen]:not([data-phase=drill])').waitFor({ timeout: 25_000 });
    expect([...staff.problems, ...gate.problems]).toEqual([]);
  });
});
