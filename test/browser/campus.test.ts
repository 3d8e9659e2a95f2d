import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, openBrowser, openPage, picture, type WatchedPage } from '../support/browser.js';
import { type DemoCampus, isEmpty, startDemo } from '../support/demo.js';

/** The README's steps through the pages, as people do them. With PORTER_SCREENSHOTS=docs it makes the README's pictures. */
describe.skipIf(!chromiumPath)('in a browser (chromium, or PORTER_CHROMIUM)', () => {
  let demo: DemoCampus;
  let browser: Browser;
  let staff: WatchedPage;
  let gate: WatchedPage;
  let till: WatchedPage;

  beforeAll(async () => {
    demo = await startDemo();
    browser = await openBrowser();
    staff = await openPage(browser, { url: demo.centralUrl, width: 1440, height: 900 });
    gate = await openPage(browser, { url: demo.gate.url, width: 800, height: 480 });
    till = await openPage(browser, { url: demo.till.url, width: 1280, height: 800 });
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await demo?.close();
  });

  const screenOf = (page: WatchedPage) => page.page.getByTestId('screen');
  const phase = (page: WatchedPage, name: string) =>
    page.page.locator(`[data-testid=screen][data-phase=${name}]`).waitFor({ timeout: 25_000 });
  const choose = (page: WatchedPage, actor: string) => page.page.getByTestId(`demo-${actor}`).click();
  const clearGate = async () => {
    await choose(gate, 'nobody');
    await demo.gate.until('nobody in view', state => isEmpty(state) && state.phase.name === 'idle');
  };

  test('a wrong password is refused in words, the right one leads to today', async () => {
    const { page } = staff;
    await page.getByTestId('username').fill('admin');
    await page.getByTestId('password').fill('not the password');
    await page.getByTestId('login').click();
    await page.getByTestId('login-problem').waitFor();
    // The browser itself reports the refused request.
    expect(staff.problems.splice(0).join()).toContain('401');
    await page.getByTestId('password').fill(demo.logins.admin!.password);
    await page.getByTestId('login').click();
    await page.getByTestId('summary').waitFor();
  });

  test('a resident is greeted on the gate, and the entry appears on the open console', async () => {
    await clearGate();
    await choose(gate, 'resident-3');
    await phase(gate, 'granted');
    expect(await gate.page.getByTestId('verdict').textContent()).toContain('陈*梅');
    await picture(gate.page, 'gate-granted');
    await staff.page.getByTestId('live-entries').getByText('陈晓梅').first().waitFor({ timeout: 5_000 });
  });

  test('a person of another building is refused on the gate, in Chinese too', async () => {
    await gate.page.getByTestId('language').click();
    await clearGate();
    await choose(gate, 'other-building');
    await phase(gate, 'denied');
    const verdict = gate.page.getByTestId('verdict');
    expect(await verdict.textContent()).toContain('Clara H.');
    expect(await verdict.textContent()).toContain('您没有此门的通行权限');
    await picture(gate.page, 'gate-denied');
    await gate.page.getByTestId('language').click();
  });

  test('amounts that cannot be charged are refused at the till in words', async () => {
    const { page } = till;
    await choose(till, 'nobody');
    await demo.till.until('nobody in view', isEmpty);
    for (const key of ['1', '.', '2', '3', '4']) await page.getByTestId(`key-${key}`).click();
    await page.getByTestId('charge').click();
    await page.getByTestId('amount-problem').getByText('At most two decimals').waitFor();
    await page.getByTestId('clear').click();
    for (const key of ['9', '9', '9']) await page.getByTestId(`key-${key}`).click();
    await page.getByTestId('charge').click();
    await page.getByTestId('amount-problem').getByText('At most 100.00').waitFor();
    await page.getByTestId('clear').click();
    expect(till.problems.splice(0).every(problem => problem.includes('400'))).toBe(true);
  });

  test('a diner pays 12.50 with one confirmation, and a second press changes nothing', async () => {
    const { page } = till;
    await page.keyboard.type('12.50');
    await page.keyboard.press('Enter');
    await phase(till, 'waiting');
    await choose(till, 'resident-2');
    await phase(till, 'confirm');
    expect(await page.getByTestId('amount-shown').textContent()).toBe('¥12.50');
    await picture(page, 'till-confirm');
    await page.getByTestId('confirm').dblclick();
    await phase(till, 'paid');
    await page.getByTestId('status').getByText('Balance ¥47.50').waitFor();
    await picture(page, 'till-paid');
    const { items } = await demo.api.get<{ items: unknown[] }>('/transfers?kind=meal');
    expect(items).toHaveLength(1);
    await staff.page.getByTestId('live-transfers').getByText('Sofia Marin').first().waitFor();
    await picture(staff.page, 'console-today');
  });

  test('a person who is added and enrolled from a photo is let in; without consent no longer', async () => {
    const { page } = staff;
    await page.getByTestId('menu').getByText('People').click();
    await page.getByTestId('add-person').click();
    await page.getByTestId('student-number').fill('2026001');
    await page.getByTestId('person-name').fill('Maya Torres');
    await page.getByTestId('person-building').fill('North 3');
    await page.getByTestId('save-person').click();
    await page.locator('.ant-form-item-explain').getByText('2026001').waitFor();
    expect(staff.problems.splice(0).join()).toContain('409');
    await page.getByTestId('student-number').fill('2026100');
    await page.getByTestId('save-person').click();
    await page.getByTestId('consent-door').click();
    await page.getByTestId('photo-drop').setInputFiles(join(demo.folder, 'photos', 'stranger.jpg'));
    await page.getByTestId('templates').getByText('porter-512').waitFor();
    await page.getByTestId('reach-door').getByText('On 1 of 1').waitFor();
    await picture(page, 'console-person');

    await clearGate();
    await choose(gate, 'stranger');
    await phase(gate, 'granted');
    expect(await gate.page.getByTestId('verdict').textContent()).toContain('Maya T.');

    await page.getByTestId('consent-door').click();
    await demo.gate.until('the face gone', state => state.galleryPersons === 5);
    await clearGate();
    await choose(gate, 'stranger');
    await phase(gate, 'denied');
  });

  test('every page of the console opens, in both languages, without an error', async () => {
    const { page } = staff;
    for (const path of ['/', '/people', '/entries', '/transactions', '/devices', '/access']) {
      await page.goto(demo.centralUrl + path);
      await page.locator('h1').waitFor();
      await page.getByTestId('language').click();
      await page.waitForLoadState('networkidle', { timeout: 1_500 }).catch(() => undefined);
      if (path !== '/') await picture(page, `console-${path.slice(1)}-zh`);
      await page.getByTestId('language').click();
    }
  });

  test('the gate’s page fits a portrait display of 1080 × 1920', async () => {
    await gate.page.setViewportSize({ width: 1080, height: 1920 });
    await clearGate();
    await choose(gate, 'resident-1');
    await phase(gate, 'granted');
    await picture(gate.page, 'gate-portrait');
    const overflow = await screenOf(gate).evaluate(element => element.scrollHeight > window.innerHeight);
    expect(overflow).toBe(false);
  });

  test('no page has written an error to its console', () => {
    expect({ staff: staff.problems, gate: gate.problems, till: till.problems }).toEqual({
      staff: [],
      gate: [],
      till: [],
    });
  });
});
