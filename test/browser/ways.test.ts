import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../protocol/index.js';
import type { Person, Transfer } from '../../protocol/staff/index.js';
import { chromiumPath, openBrowser, openPage, picture, type WatchedPage } from '../support/browser.js';
import { type DemoCampus, isEmpty, startDemo } from '../support/demo.js';
import { eventually } from '../support/eventually.js';

/** Somebody who gave no face pays by card, by number and by phone, with and without a network. */
describe.skipIf(!chromiumPath)('other ways to pay in a browser (chromium, or PORTER_CHROMIUM)', () => {
  let demo: DemoCampus;
  let browser: Browser;
  let till: WatchedPage;
  let office: WatchedPage;
  let phone: { context: BrowserContext; page: Page };
  let person: Person;

  beforeAll(async () => {
    demo = await startDemo();
    browser = await openBrowser();
    till = await openPage(browser, { url: demo.till.url, width: 1280, height: 800 });
    office = await openPage(browser, { url: demo.centralUrl, width: 1440, height: 1000 });
    const studentNumber = '20269999';
    person = await demo.api.send<Person>('POST', '/people', { studentNumber, name: '周小雨' });
    await demo.api.send('POST', `/people/${person.id}/top-ups`, { requestId: newId(), amount: '100' });
    await till.page.getByTestId('demo-nobody').click();
    await demo.till.until('nobody in view', isEmpty);
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await demo?.close();
  });

  const phase = (name: string) =>
    till.page.locator(`[data-testid=screen][data-phase=${name}]`).waitFor({ timeout: 25_000 });
  /** As a reader that types: faster than any hand. */
  const scan = (text: string) =>
    till.page.evaluate(keys => {
      for (const key of [...keys, 'Enter'])
        window.dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true }));
    }, text);
  const charge = async (amount: string) => {
    await till.page.keyboard.type(amount);
    await till.page.keyboard.press('Enter');
    await phase('waiting');
  };
  const confirm = async () => {
    await phase('confirm');
    await till.page.getByTestId('confirm').click();
    await phase('paid');
  };
  const codeOnPhone = async (): Promise<string> =>
    (await phone.page.getByTestId('code').getAttribute('data-code')) ?? '';

  test('the office gives somebody without a face a card and a PIN', async () => {
    const { page } = office;
    await page.getByTestId('username').fill('admin');
    await page.getByTestId('password').fill(demo.logins.admin!.password);
    await page.getByTestId('login').click();
    await page.getByTestId('summary').waitFor();
    await page.goto(`${demo.centralUrl}/people/${person.id}`);
    await page.getByTestId('add-card').click();
    await page.getByTestId('new-card').fill('04:A2:B3:C4:D5');
    await page.getByTestId('save-card').click();
    await page.getByTestId('ways').getByText('C4D5').waitFor();
    await demo.api.send('PUT', `/people/${person.id}/pin`, { pin: '482915' });
    await demo.till.until('everybody', state => state.galleryPersons > 0);
  });

  test('the card pays, and one held to the reader too early becomes no amount', async () => {
    await scan('04A2B3C4D5');
    expect(await till.page.getByTestId('amount-typed').textContent()).toContain('0.00');
    await charge('12.5');
    await eventually(20_000, async () => {
      await scan('04A2B3C4D5');
      return (await till.page.getByTestId('confirm').isVisible()) || undefined;
    });
    expect(await till.page.getByTestId('status').textContent()).toContain('by card');
    await picture(till.page, 'till-card');
    await confirm();
    await till.page.getByTestId('status').getByText('Balance ¥87.50').waitFor();
    till.problems.splice(0);
  });

  test('the student number pays with its PIN, and not with another', async () => {
    await charge('3');
    await till.page.getByTestId('pay-by-number').click();
    await till.page.getByTestId('student-number').fill('20269999');
    await till.page.getByTestId('number-pin').fill('111112');
    await till.page.getByTestId('send-number').click();
    await till.page.getByTestId('order-problem').getByText('number or the PIN').waitFor();
    expect(till.problems.splice(0).join()).toContain('403');
    await till.page.getByTestId('number-pin').fill('482915');
    await picture(till.page, 'till-number');
    await till.page.getByTestId('send-number').click();
    await confirm();
  });

  test('a phone that is invited shows a code, which pays once', async () => {
    await office.page.getByTestId('invite-phone').click();
    const link = await office.page.getByTestId('invitation-link').inputValue();
    await picture(office.page, 'console-ways');
    const context = await browser.newContext({ viewport: { width: 390, height: 780 }, locale: 'en' });
    phone = { context, page: await context.newPage() };
    await phone.page.goto(link);
    await phone.page.getByTestId('set-up').click();
    await phone.page.getByTestId('code').waitFor();
    expect(phone.page.url()).not.toContain('code=');
    await picture(phone.page, 'phone-code');
    await charge('4');
    const code = await codeOnPhone();
    await eventually(20_000, async () => {
      await scan(code);
      return (await till.page.getByTestId('confirm').isVisible()) || undefined;
    });
    await confirm();
    till.problems.splice(0);
    await charge('4');
    await scan(code);
    await till.page.getByTestId('order-problem').getByText('used already').waitFor();
    await phone.page.getByTestId('renew').click();
    const another = await eventually(5_000, async () => {
      const shown = await codeOnPhone();
      return shown === code ? undefined : shown;
    });
    await scan(another);
    await till.page.getByTestId('confirm').waitFor();
    await till.page.getByTestId('cancel').click();
    till.problems.splice(0);
  });

  test('with central stopped the phone opens and pays all the same', async () => {
    await phone.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    // The first visit was before the worker stood: the second leaves everything with it.
    await phone.page.reload();
    await phone.page.getByTestId('code').waitFor();
    await demo.type('stop central', 'central stopped');
    await phone.context.setOffline(true);
    await phone.page.reload();
    await phone.page.getByTestId('code').waitFor();
    await phase('idle');
    await charge('5');
    await scan(await codeOnPhone());
    await confirm();
    await till.page.getByTestId('status').getByText('Paid').waitFor();
    await demo.type('start central', 'central started');
    const meals = await eventually(30_000, async () => {
      const path = `/transfers?kind=meal&personId=${person.id}`;
      const found = await demo.api.get<{ items: Transfer[] }>(path).catch(() => ({ items: [] }));
      return found.items.length === 4 ? found.items : undefined;
    });
    expect(meals.map(meal => [meal.amount_minor, meal.mode])).toEqual([
      [500, 'offline'],
      [400, 'online'],
      [300, 'online'],
      [1_250, 'online'],
    ]);
  }, 120_000);
});
