import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Shift, Till } from '../../protocol/staff/index.js';
import { chromiumPath, openBrowser, openPage, picture, type WatchedPage } from '../support/browser.js';
import { type DemoCampus, isEmpty, startDemo } from '../support/demo.js';
import { eventually } from '../support/eventually.js';

/** A cashier's shift at the till's own screen, from opening it to the day's settlement in the console. */
describe.skipIf(!chromiumPath)('a shift in a browser (chromium, or PORTER_CHROMIUM)', () => {
  let demo: DemoCampus;
  let browser: Browser;
  let till: WatchedPage;

  beforeAll(async () => {
    demo = await startDemo();
    browser = await openBrowser();
    till = await openPage(browser, { url: demo.till.url, width: 1280, height: 800 });
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await demo?.close();
  });

  const phase = (name: string) =>
    till.page.locator(`[data-testid=screen][data-phase=${name}]`).waitFor({ timeout: 25_000 });
  /** Whoever stands there is asked first: nobody does until an amount is typed. */
  const sell = async (amount: string, actor: string) => {
    await till.page.getByTestId('demo-nobody').click();
    await demo.till.until('nobody in view', isEmpty);
    await till.page.keyboard.type(amount);
    await till.page.keyboard.press('Enter');
    await phase('waiting');
    await till.page.getByTestId(`demo-${actor}`).click();
    await phase('confirm');
    await till.page.getByTestId('confirm').click();
    await phase('paid');
  };
  const shifts = async () => (await demo.api.get<{ items: Shift[] }>('/shifts')).items;

  test('opens with the cashier’s name, and not without', async () => {
    const { page } = till;
    await page.getByTestId('book').click();
    await page.getByTestId('open-shift').click();
    await page.getByTestId('book-problem').getByText('name of the cashier').waitFor();
    expect(till.problems.splice(0).join()).toContain('400');
    await page.getByTestId('cashier-name').fill('Li Wei');
    await page.getByTestId('open-shift').click();
    await page.getByTestId('shift-totals').getByText('Li Wei').waitFor();
    await page.getByTestId('book').click();
  });

  test('sells online and, with central stopped, offline', async () => {
    const customer = await openPage(browser, { url: `${demo.till.url}/customer`, width: 800, height: 480 });
    await customer.page.getByTestId('status').getByText('Welcome').waitFor();
    await sell('12.50', 'resident-2');
    await customer.page.getByTestId('status').getByText('Balance ¥47.50').waitFor();
    await picture(customer.page, 'till-customer');
    expect(customer.problems).toEqual([]);
    await customer.page.close();
    await demo.type('stop central', 'central stopped');
    await sell('8', 'resident-1');
    await till.page.getByTestId('status').getByText('Paid').waitFor();
    await till.page.getByTestId('shift-bar').getByText('2 meals · ¥20.50').waitFor();
  });

  test('charges a cart from the menu that the canteen has just written, and what is weighed by the gram', async () => {
    await demo.type('start central', 'central started');
    const [one] = (await demo.api.get<{ items: Till[] }>('/tills')).items;
    const menu = [
      { id: 'noodles', name: '牛肉面', price_minor: 950, unit: 'piece' },
      { id: 'salad', name: 'Salad', price_minor: 280, unit: '100g' },
    ];
    await eventually(30_000, () =>
      demo.api.send('PATCH', `/tills/${one!.id}`, { pricing: { fixed: [], menu } }).catch(() => undefined),
    );
    const { page } = till;
    await page.getByTestId('demo-nobody').click();
    await page.getByTestId('item-noodles').click();
    await page.getByTestId('item-salad').click();
    await page.getByTestId('grams-salad').fill('125');
    await page.getByTestId('add-grams').click();
    await picture(page, 'till-menu');
    await page.getByTestId('charge').getByText('¥13.00').click();
    await phase('waiting');
    await page.getByTestId('demo-resident-3').click();
    await phase('confirm');
    expect(await page.getByTestId('amount-shown').textContent()).toBe('¥13.00');
    await page.getByTestId('cancel').click();
    await phase('cancelled');
    await demo.type('stop central', 'central stopped');
  });

  test('gives the offline meal back once it is asked twice, and shows the takings', async () => {
    const { page } = till;
    await page.getByTestId('book').click();
    const newest = page.getByTestId('recent-meal').first();
    await newest.getByTestId('refund').click();
    await newest.getByTestId('refund-sure').click();
    await newest.getByText('given back').waitFor();
    expect(await page.getByTestId('takings').textContent()).toBe('¥12.50');
    await picture(page, 'till-shift');
  });

  test('closes, and what the till counted is what central posted, when it is back', async () => {
    const { page } = till;
    await page.getByTestId('close-shift').click();
    await page.getByTestId('close-shift-sure').click();
    await page.getByTestId('shift-totals').getByText('closed').waitFor();
    expect(await shifts().catch(() => 'central is away')).toBe('central is away');
    await demo.type('start central', 'central started');
    const [shift] = await eventually(30_000, async () => {
      const found = await shifts().catch(() => []);
      return found.length > 0 ? found : undefined;
    });
    expect(shift).toMatchObject({
      cashier: 'Li Wei',
      agrees: true,
      reported: {
        meals: { count: 2, sum_minor: 2_050 },
        offline: { count: 1, sum_minor: 800 },
        refunds: { count: 1, sum_minor: 800 },
      },
      posted: { refunds: { count: 1, sum_minor: 800 } },
    });
    expect(till.problems).toEqual([]);
  });

  test('stands in the console’s finance pages, down to the settlement of its day', async () => {
    const { page, problems } = await openPage(browser, { url: demo.centralUrl, width: 1440, height: 900 });
    await page.getByTestId('username').fill('admin');
    await page.getByTestId('password').fill(demo.logins.admin!.password);
    await page.getByTestId('login').click();
    await page.getByTestId('summary').waitFor();
    await page.goto(`${demo.centralUrl}/finance/shifts`);
    await page.getByTestId('shifts').getByText('Li Wei').waitFor();
    await picture(page, 'console-shifts');
    await page.goto(`${demo.centralUrl}/finance/days`);
    await page.getByTestId('days').getByRole('button').first().click();
    await page.getByTestId('settlement').getByText('¥12.50').first().waitFor();
    await picture(page, 'console-settlement');
    expect(problems).toEqual([]);
  });

  test('opens by a PIN alone, once the console knows the cashiers of the canteen', async () => {
    const console = await openPage(browser, { url: demo.centralUrl, width: 1440, height: 900 });
    await console.page.getByTestId('username').fill('admin');
    await console.page.getByTestId('password').fill(demo.logins.admin!.password);
    await console.page.getByTestId('login').click();
    await console.page.getByTestId('summary').waitFor();
    await console.page.goto(`${demo.centralUrl}/tills`);
    await console.page.getByTestId('add-cashier').click();
    await console.page.getByTestId('new-cashier-name').fill('Wang Fang');
    await console.page.getByTestId('new-cashier-pin').fill('274905');
    await console.page.getByTestId('save-cashier').click();
    await console.page.getByTestId('cashiers').getByText('Wang Fang').waitFor();
    await picture(console.page, 'console-cashiers');
    expect(console.problems).toEqual([]);

    const { page } = till;
    await page.locator('select[data-testid=cashier-name]').waitFor({ timeout: 30_000 });
    await page.getByTestId('cashier-pin').fill('111222');
    await page.getByTestId('open-shift').click();
    await page.getByTestId('book-problem').getByText('not your PIN').waitFor();
    expect(till.problems.splice(0).join()).toContain('403');
    await picture(page, 'till-cashier-pin');
    await page.getByTestId('cashier-pin').fill('274905');
    await page.getByTestId('open-shift').click();
    await page.getByTestId('shift-totals').getByText('Wang Fang').waitFor();
    expect(till.problems).toEqual([]);
  });
});
