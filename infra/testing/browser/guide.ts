import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { add, parseAmount, subtract } from '../../../shared/money/money.js';
import type { ReadyInfo } from '../../embedded/ready.js';
import { STEPS, TOUR_ROUNDS } from '../../sandbox/web/tour/steps.js';
import type { Checks } from './checks.js';
import type { Visit } from './visit.js';

export type GuideOptions = {
  readonly ready: ReadyInfo;
  readonly visit: Visit;
  readonly checks: Checks;
  /** Where to put pictures; undefined makes none. */
  readonly pictures: string | undefined;
  /** At the beginning of each check's and picture's name. */
  readonly name: string;
};

const PASSWORD = 'correct horse battery';
const DEPOSIT = '100.00';
const BONUS = '50.00';
const WITHDRAWAL = '20.00';

/** Plays the developer guide in the browser, with the guided tour beside it, and looks at what the pages show. */
export async function playGuide(options: GuideOptions): Promise<void> {
  const { ready, visit, checks, name } = options;
  const { page } = visit;
  const main = page.getByRole('main');
  const tab = (label: string) => page.getByRole('navigation').getByRole('link', { name: label, exact: true }).click();
  const look = async (what: string) => {
    checks.equal(`${name}: ${what}: axe finds nothing serious`, await visit.barriers(), []);
    checks.isTrue(`${name}: ${what}: nothing is wider than the window`, await isWithinWidth(page));
    const { pictures } = options;
    if (pictures !== undefined) await page.screenshot({ path: join(pictures, `${name}-${what}.png`) });
  };

  await page.goto(ready.casino);
  await main.getByText('Slot ABC').waitFor();
  await look('home');
  await main.getByRole('button', { name: 'Take the guided tour' }).click();
  await page.getByRole('complementary', { name: 'Guided tour' }).waitFor();

  await main.getByRole('link', { name: 'Register' }).click();
  const email = `jane.${randomUUID()}@example.com`;
  await main.getByLabel('First name').fill('Jane');
  await main.getByLabel('Last name').fill('Doe');
  await main.getByLabel('E-mail address').fill(email);
  await main.getByLabel('Password').fill(PASSWORD);
  await look('register');
  // By the keyboard, as anyone may.
  await main.getByLabel('Password').press('Enter');
  await main.getByText('You are registered').waitFor();
  await main.getByLabel('Password').fill(PASSWORD);
  await main.getByRole('button', { name: 'Log in' }).click();

  await page.getByTestId('balance').waitFor();
  await tab('Wallet');
  await main.getByRole('button', { name: 'Deposit', exact: true }).click();
  const pay = page.getByRole('button', { name: `Pay ${DEPOSIT} EUR` });
  await pay.waitFor();
  await look('payment');
  await pay.click();
  await page.getByText('completed').waitFor();
  await page.getByRole('link', { name: 'Back to the casino' }).click();

  // Live: the page was not asked to look again.
  await page.getByTestId('bonus').getByText(BONUS).waitFor();
  checks.equal(`${name}: cash after the deposit`, await amountIn(page, 'cash'), DEPOSIT);
  await look('wallet');

  await tab('Games');
  await page.getByTestId('bonus-card').waitFor();
  await main.getByRole('link', { name: /Slot ABC/ }).click();
  let cash = amountOf(DEPOSIT);
  for (let round = 1; round <= TOUR_ROUNDS; round += 1) {
    await main.getByRole('button', { name: 'Spin' }).click();
    await page
      .getByTestId('round')
      .nth(round - 1)
      .waitFor();
    const won = await page.getByTestId('round').first().getByTestId('win').innerText();
    cash = add(subtract(cash, amountOf('1.00')), amountOf(won.replace(/[^\d.]/g, '')));
  }
  await page.getByTestId('cash').getByText(cash, { exact: false }).waitFor();
  checks.equal(`${name}: cash after ${TOUR_ROUNDS} rounds is what the reels say`, await amountIn(page, 'cash'), cash);
  await page.getByTestId('wagered').getByText(`${TOUR_ROUNDS}.00 of`).waitFor();
  const tour = page.getByRole('complementary', { name: 'Guided tour' });
  await tour.getByText('The tour is complete.').waitFor({ state: 'attached' });
  checks.equal(`${name}: every step of the tour is done`, await tour.locator('li.done').count(), STEPS.length);
  await look('game');
  await tour.getByRole('button', { name: /^Deposit/ }).click();
  await tour.getByText('DepositCompleted').waitFor();
  checks.equal(`${name}: the tour shows both postings of the deposit`, await tour.locator('.tour-posting').count(), 2);
  await look('tour');
  await tour.getByRole('button', { name: 'End the tour' }).click();

  await tab('Wallet');
  await main.getByLabel(/pay out/).fill(WITHDRAWAL);
  await main.getByRole('button', { name: 'Withdraw' }).click();
  const afterwards = subtract(cash, amountOf(WITHDRAWAL));
  await page.getByTestId('cash').getByText(afterwards).waitFor();
  // The withdrawal gave the bonus up.
  await page.getByTestId('bonus').getByText('0.00', { exact: false }).waitFor();
  await main.getByRole('listitem').filter({ hasText: 'Withdrawal' }).getByText('completed').waitFor();
  await tab('History');
  await main.getByText('Bet placed').first().waitFor();
  await look('history');
  await tab('Account');
  await main.getByLabel('E-mail', { exact: true }).check();
  await main.getByText('Saved.').waitFor();
  await look('account');
  const playerId = (await main.getByText(/^Player \d+/).innerText()).replace(/^Player (\d+).*$/, '$1');

  await page.goto(`${ready.fastTrack}/#/players/${playerId}`);
  await page.getByText('Changed consents').waitFor();
  const titles = await page.locator('.story-title').allInnerTexts();
  checks.equal(`${name}: the timeline tells the story`, storyIn(titles), [
    'Registered',
    'Logged in',
    'Deposit asked for',
    'Deposit completed',
    'Campaign “first-deposit” was triggered',
    'Bonus granted',
    'Bet',
    'Withdrawal asked for',
    'Bonus cancelled',
    'Withdrawal completed',
    'Changed consents',
  ]);
  await look('timeline');
  await page.goto(`${ready.fastTrack}/#/`);
  await page.getByText('From the event to Fast Track').waitFor();
  await look('messages');
  await tab('Campaigns');
  await main.getByRole('button', { name: 'Save' }).first().waitFor();
  await look('campaigns');
  await tab('Faults');
  await main.getByRole('button', { name: 'Behave again' }).click();
  await main.getByText('It behaves.').waitFor();
  await look('faults');
  checks.equal(`${name}: no error in the console, and nothing that the policy stopped`, visit.faults, []);
}

/** First mentions, of what must come in this order. */
function storyIn(titles: readonly string[]): readonly string[] {
  const repeated = new Set(['Balance', 'Bonus wagered a little more', 'Round lost', 'Win', 'Bet and win']);
  return [...new Set(titles)].filter((title) => !repeated.has(title));
}

async function isWithinWidth(page: Page): Promise<boolean> {
  return (await page.evaluate('document.documentElement.scrollWidth <= innerWidth')) as boolean;
}

async function amountIn(page: Page, testId: string): Promise<string> {
  return (await page.getByTestId(testId).innerText()).replace(/[^\d.]/g, '');
}

function amountOf(text: string) {
  const parsed = parseAmount(text, 'EUR');
  if (!parsed.ok) throw new Error(`${text} is no amount: ${parsed.fault}`);
  return parsed.amount;
}
