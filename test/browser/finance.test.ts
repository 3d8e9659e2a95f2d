import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type StandIn, startStandIn } from '../../central/canteen/online/testing/start-stand-in.js';
import { createTestCounter, type TestCounter } from '../../central/canteen/testing.js';
import { newId } from '../../protocol/index.js';
import type { Canteen, Person, Refund, TopUpOrder } from '../../protocol/staff/index.js';
import { chromiumPath, openBrowser, openPage, picture, type WatchedPage } from '../support/browser.js';

/** The console as it was built; PORTER_CONSOLE names another build. */
const consoleDirectory =
  process.env.PORTER_CONSOLE ?? fileURLToPath(new URL('../../dist/central/console', import.meta.url));
const isPossible = chromiumPath !== undefined && existsSync(consoleDirectory);
const day_ms = 86_400_000;
const password = 'correct horse battery';

/** The finance pages on a central of this process: what is done in the pages is looked for in the ledger. */
describe.skipIf(!isPossible)('finance in a browser (chromium, and the console built)', () => {
  let at: TestCounter;
  let standIn: StandIn;
  let url: string;
  let browser: Browser;
  let finance: WatchedPage;
  let ada: Person;
  let ben: Person;
  let today: string;
  let yesterday: string;

  beforeAll(async () => {
    standIn = await startStandIn('http://127.0.0.1:1');
    at = await createTestCounter(
      'sqlite',
      { topUps: standIn.topUps },
      { consoleDirectory, startAt: new Date(Date.now() - 2 * day_ms).toISOString() },
    );
    await seed();
    url = await at.central.app.listen({ host: '127.0.0.1', port: 0 });
    browser = await openBrowser();
    finance = await logIn('finance');
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await at?.close();
    await standIn?.close();
  });

  const daysAgo = (days: number) => new Date(at.central.clock.now().getTime() - days * day_ms);
  const dayIn = (date: Date) => new Intl.DateTimeFormat('sv', { timeZone: 'Asia/Shanghai' }).format(date);
  const logIn = async (username: string): Promise<WatchedPage> => {
    const watched = await openPage(browser, { url, width: 1440, height: 900 });
    await watched.page.getByTestId('username').fill(username);
    await watched.page.getByTestId('password').fill(password);
    await watched.page.getByTestId('login').click();
    await watched.page.getByTestId('menu').waitFor();
    return watched;
  };
  const choose = async ({ page }: WatchedPage, person: Person) => {
    await page.locator('main .ant-select input').first().fill(person.studentNumber);
    await page.locator('.ant-select-item-option').filter({ hasText: person.studentNumber }).click();
  };

  async function seed(): Promise<void> {
    // The till is older than the day that is to be closed.
    at.central.clock.advance(2 * day_ms);
    const admin = await at.central.staff('admin');
    await at.central.staff('canteen');
    ada = await at.central.addEnrolled('Ada Lovelace', { building: 'North 3' });
    ben = await at.central.addEnrolled('李小明', { building: 'North 3' });
    for (const person of [ada, ben]) {
      await admin.post(`/people/${person.id}/top-ups`, { requestId: newId(), amount: '200' });
    }
    [today, yesterday] = [dayIn(daysAgo(0)), dayIn(daysAgo(1))];
    await admin.call('PATCH', `/tills/${at.till.placeId}`, { stall: 'Noodles' });
    const before = daysAgo(1).toISOString();
    const orders = [];
    for (const amount_minor of [1_250, 800, 9_000]) {
      const orderId = await at.eat(ada, amount_minor, { confirmedAt: before, mode: 'offline' });
      orders.push({ orderId, amount_minor });
    }
    orders.push({ orderId: newId(), amount_minor: 600 });
    await at.eat(ben, 1_500);
    await at.till.push({
      kind: 'shift-closed',
      shiftId: newId(),
      tillId: at.till.placeId,
      cashier: '王芳',
      openedAt: daysAgo(1.2).toISOString(),
      closedAt: daysAgo(0.8).toISOString(),
      currency: 'CNY',
      meals: { count: 4, sum_minor: 11_650 },
      offline: { count: 4, sum_minor: 11_650 },
      refunds: { count: 0, sum_minor: 0 },
      orders,
    });
  }

  test('a settlement’s figure leads to the transactions that it sums up', async () => {
    const { page } = finance;
    await page.getByTestId('menu').getByText('Finance').click();
    await page.getByTestId('days').getByText('To be closed').waitFor();
    await picture(page, 'finance-days');
    await page.goto(`${url}/finance/days?canteen=North&day=${yesterday}`);
    await page.getByTestId('figure-gross').getByText('¥110.50').waitFor();
    await picture(page, 'finance-settlement');
    await page.getByTestId('figure-gross').click();
    await page.getByTestId('totals').getByText('¥110.50').waitFor();
    expect(await page.getByTestId('narrowed').textContent()).toContain('North');
    await picture(page, 'finance-drill-down');
    await page.goBack();
    await page.getByTestId('by-till').getByText('¥110.50').first().click();
    await page.getByTestId('totals').getByText('¥110.50').waitFor();
    await page.getByTestId('narrowed').getByText('Till 1').waitFor();
  });

  test('the export is offered as files that central gives', async () => {
    const { page } = finance;
    await page.goto(`${url}/finance/days?canteen=North&day=${yesterday}`);
    await page.getByTestId('export').click();
    const wait = page.waitForEvent('download');
    await page.getByTestId('export-transfers.csv').click();
    expect((await wait).suggestedFilename()).toContain('transfers');
  });

  test('a day is closed by hand with a reason while a till is missing', async () => {
    const { page } = finance;
    await page.getByTestId('close-day').click();
    await page.getByTestId('save-close-day').click();
    await page.getByTestId('close-reason').fill('the till is being repaired');
    await picture(page, 'finance-close');
    await page.getByTestId('save-close-day').click();
    await page.getByTestId('settlement').getByText('the till is being repaired').waitFor();
    expect(finance.problems.splice(0).every(problem => problem.includes('409'))).toBe(true);
  });

  test('a top-up at the counter reaches the wallet', async () => {
    const { page } = finance;
    await page.getByTestId('tab-counter').click();
    await choose(finance, ben);
    await page.getByTestId('balance').getByText('¥185.00').waitFor();
    await page.getByTestId('top-up-amount').fill('50');
    await page.getByTestId('top-up').click();
    await page.getByTestId('balance').getByText('¥235.00').waitFor();
    await picture(page, 'finance-counter');
  });

  test('a code is shown to pay by phone, and gone once it is paid', async () => {
    const { page } = finance;
    await page.getByTestId('online-amount').fill('12');
    await page.getByTestId('pay-wechat').click();
    await page.getByTestId('pay-code').locator('canvas, svg').first().waitFor();
    await picture(page, 'finance-pay-code');
    const { items } = (await at.finance.get<{ items: TopUpOrder[] }>('/top-up-orders')).body;
    const number = items[0]!.id.replaceAll('-', '');
    await standIn.tell({ kind: 'pay', provider: 'wechat', number, tell: false });
    at.central.clock.advance(5_000);
    await page.getByTestId('balance').getByText('¥247.00').waitFor();
    await page.getByTestId('pay-code').waitFor({ state: 'hidden' });
  });

  test('an overdraft is agreed with a person, and what stands on hold is listed', async () => {
    const { page } = finance;
    await page.getByTestId('set-overdraft').click();
    await page.getByTestId('overdraft-amount').fill('15');
    await page.getByTestId('save-overdraft').click();
    await page.getByTestId('balance').getByText('¥15.00 below zero').waitFor();
    await at.authorise(ben, newId(), 800);
    await page.getByTestId('tab-holds').click();
    await page.getByTestId('holds').getByText('¥8.00').waitFor();
    await picture(page, 'finance-holds');
  });

  test('the canteen’s periods are changed by who runs it', async () => {
    const { page } = await logIn('canteen');
    await page.goto(`${url}/finance/days?canteen=North`);
    await page.getByTestId('edit-canteen').click();
    await page.getByTestId('add-period').click();
    await page.locator('.period').last().locator('input').nth(0).fill('late');
    await page.locator('.period').last().locator('input').nth(1).fill('22:00');
    await page.locator('.period').last().locator('input').nth(2).fill('24:00');
    await picture(page, 'finance-periods');
    await page.getByTestId('save-canteen').click();
    await page.getByTestId('save-canteen').waitFor({ state: 'detached' });
    const { body } = await at.finance.get<Canteen>('/canteens/North');
    expect(body.periods.at(-1)).toEqual({ name: 'late', from_min: 1_320, to_min: 1_440 });
  });

  test('a refund above the limit is asked for by one and approved by another', async () => {
    const canteen = await logIn('canteen');
    await canteen.page.goto(`${url}/transactions?personId=${ada.id}&kind=meal`);
    const row = canteen.page.getByTestId('transfers').locator('tr', { hasText: '90.00' });
    await row.getByTestId('refund').click();
    await canteen.page.getByTestId('refund-reason').fill('served twice');
    await picture(canteen.page, 'finance-refund');
    await canteen.page.getByTestId('save-refund').click();
    await canteen.page.getByText('waits for somebody else').waitFor();
    expect(canteen.problems).toEqual([]);

    const { page } = finance;
    await page.getByTestId('tab-refunds').click();
    await page.getByTestId('refunds').getByText('served twice').waitFor();
    await picture(page, 'finance-refunds');
    await page.getByTestId('approve').click();
    await page.getByTestId('confirm-ok').click();
    await page.getByTestId('refunds').getByText('Refunded').waitFor();
    const { items } = (await at.finance.get<{ items: Refund[] }>('/refunds')).body;
    expect(items).toMatchObject([{ state: 'posted', requestedBy: 'canteen', decidedBy: 'finance' }]);
    expect((await at.account(ada)).balance_minor).toBe(20_000 - 11_050 + 9_000);
  });

  test('a subsidy is granted to a whole building', async () => {
    const { page } = finance;
    await page.getByTestId('tab-subsidies').click();
    await page.getByTestId('grant-subsidy').click();
    await page.getByText('A building', { exact: true }).click();
    await page.getByTestId('subsidy-group').fill('North 3');
    await page.getByTestId('subsidy-amount').fill('30');
    await page.getByTestId('subsidy-reason').fill('winter allowance');
    const until = page.locator('#expiresAt');
    await until.fill(`${dayIn(daysAgo(-30))} 23:59`);
    await until.press('Enter');
    await picture(page, 'finance-subsidy-form');
    await page.getByTestId('save-subsidy').click();
    await page.getByTestId('subsidies').getByText('winter allowance').first().waitFor();
    await picture(page, 'finance-subsidies');
    for (const person of [ada, ben]) expect(await at.account(person)).toMatchObject({ subsidy_minor: 3_000 });
  });

  test('a shift that differs names the meal that is missing', async () => {
    const { page } = finance;
    await page.getByTestId('tab-shifts').click();
    await page.getByTestId('open-shift').click();
    await page.getByTestId('differences').getByText('Not posted').waitFor();
    await picture(page, 'finance-shift');
    await page.keyboard.press('Escape');
  });

  test('every tab opens in Chinese and on a phone, without an error', async () => {
    const { page } = finance;
    await page.getByTestId('language').click();
    for (const tab of [
      'days',
      `days?canteen=North&day=${today}`,
      'refunds',
      'subsidies',
      'counter',
      'shifts',
      'holds',
    ]) {
      const name = tab.replace(/\W.*/, tab.includes('?') ? '-settlement' : '');
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.goto(`${url}/finance/${tab}`);
      await page.waitForLoadState('networkidle', { timeout: 1_500 }).catch(() => undefined);
      await picture(page, `finance-${name}-zh`);
      await page.setViewportSize({ width: 390, height: 844 });
      await picture(page, `finance-${name}-phone`);
      const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      expect(isWide, tab).toBe(false);
    }
    expect(finance.problems).toEqual([]);
  });
});
