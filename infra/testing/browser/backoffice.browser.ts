import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { z } from 'zod';
import { startPlatform } from '../../embedded/platform.js';
import type { ReadyInfo } from '../../embedded/ready.js';
import { ask } from '../../sandbox/demo/api.js';
import { type DemoPlayer, deposit, signUp } from '../../sandbox/demo/player.js';
import { until } from '../until.js';
import { openChromium } from './chromium.js';
import { openVisit, type Visit } from './visit.js';

// Goal: an operator's day in the browser. Method: a platform on which the back office approves withdrawals, two players
// over HTTP, and the pages clicked by their words. What was done is asked for over HTTP too.

const WAIT_MS = 60_000;
const PHONE = { width: 390, height: 844 };

const anything = z.unknown();
const lanes = z.object({ lane: z.object({ state: z.string(), attempts: z.number() }) });

type Ground = { readonly ready: ReadyInfo; readonly jane: DemoPlayer; readonly omar: DemoPlayer } & Visit;

async function ground(t: ExecutionContext): Promise<Ground> {
  const platform = await startPlatform({ env: { CROUPIER_WITHDRAWALS: 'manual' } });
  t.teardown(platform.stop);
  const { ready } = platform;
  const jane = await signUp(ready, 'Jane');
  const omar = await signUp(ready, 'Omar');
  await deposit(ready, jane, '100.00');
  const json = { amount: '20.00', currency: 'EUR', psp: 'fake' };
  await ask(anything, { method: 'POST', url: `${ready.gateway}/me/withdrawals`, token: jane.token, json });
  const browser = await openChromium();
  t.teardown(() => browser.close());
  const visit = await openVisit(browser, { width: 1_280, height: 900, colorScheme: 'light', isPhone: false });
  return { ready, jane, omar, ...visit };
}

/** Fast Track refuses what is Jane's and takes what is Omar's, until her lane is parked. */
async function parkLane({ ready, jane, omar }: Ground): Promise<void> {
  const headers = { 'X-Api-Key': ready.keys.backofficeApiKey };
  const faults = { mode: 'status', status: 400, user_id: jane.id };
  await ask(anything, { method: 'POST', url: `${ready.fastTrack}/faults`, json: faults });
  const happens = ({ token }: DemoPlayer, email: boolean) =>
    ask(anything, { method: 'PUT', url: `${ready.gateway}/me/consents`, token, json: { email } });
  await happens(jane, true);
  let email = false;
  let tried = 0;
  const url = `${ready.bridge}/operations/lanes/${jane.id}`;
  await until(
    'her lane is parked',
    async () => {
      email = !email;
      await happens(omar, email);
      const { lane } = await ask(lanes, { method: 'GET', url, headers });
      if (lane.state === 'retrying' && lane.attempts > tried) {
        tried = lane.attempts;
        // At once, rather than when it is due: what an operator has tried counts like any other attempt.
        await fetch(`${url}/retry`, { method: 'POST', headers, body: '{}' });
      }
      return lane.state === 'parked';
    },
    2 * WAIT_MS,
  );
  await ask(anything, { method: 'POST', url: `${ready.fastTrack}/faults`, json: { mode: 'none' } });
}

test('an operator finds a player, pays, grants, cancels, decides about a parked lane and audits', async (t) => {
  t.timeout(10 * WAIT_MS);
  const it = await ground(t);
  const { ready, jane, page } = it;
  const backoffice = `${ready.casino}/backoffice`;
  const look = async (what: string) => {
    t.deepEqual(await it.barriers(), [], what);
  };
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const row = (text: string) => page.getByRole('row').filter({ hasText: text });

  // The player, by address: it is in no part of the page's own address.
  await page.goto(backoffice);
  await row('Omar Doe').waitFor();
  await page.getByLabel('Player id or e-mail address').fill(jane.email);
  await button('Search').click();
  await row('Omar Doe').waitFor({ state: 'detached' });
  await look('players');
  t.false(page.url().includes('@'));
  await row('Jane Doe').getByRole('link').click();
  await page.getByRole('heading', { name: 'Jane Doe' }).waitFor();
  await look('a player');

  // The ledger, with postings.
  await page.getByRole('link', { name: 'Ledger', exact: true }).last().click();
  const deposited = row('Deposit completed');
  await deposited.getByText('psp:fake', { exact: true }).waitFor();
  await deposited.getByText(`player:${jane.id}:cash`).waitFor();
  await row('Withdrawal requested').getByText(`player:${jane.id}:withdrawal`).waitFor();
  await look('a ledger');

  // The withdrawal: asked about first, then paid.
  await page.getByRole('link', { name: 'Withdrawals' }).click();
  await row('Jane Doe').getByRole('button', { name: 'Approve' }).click();
  await page.getByRole('dialog').getByText('fake is asked to pay').waitFor();
  await look('a question');
  await button('Approve the withdrawal').click();
  await page.getByText('None waits.').waitFor();
  await look('no withdrawals');
  await page.goto(`${backoffice}#/players/${jane.id}/payments`);
  await until(
    'the PSP has paid',
    async () => {
      await page.reload();
      await row('Withdrawal').waitFor();
      return row('Withdrawal').getByText('Completed').isVisible();
    },
    WAIT_MS,
  );

  // A bonus, granted and cancelled.
  await page.getByRole('link', { name: 'Bonuses' }).click();
  await page.getByLabel('Amount in EUR').fill('1000');
  await button('Grant').click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Amount in EUR').fill('50.00');
  await button('Grant').click();
  await page.getByText('welcome_bonus_50: €50.00 granted').waitFor();
  await row('welcome_bonus_50').getByText('Granted').waitFor();
  await look('bonuses');
  await row('welcome_bonus_50').getByRole('button', { name: 'Cancel bonus' }).click();
  await button('Cancel the bonus').click();
  await row('welcome_bonus_50').getByText('Cancelled').waitFor();

  // A lane that Fast Track refuses, and what an operator decides.
  await parkLane(it);
  await page.goto(`${backoffice}#/delivery`);
  const lane = row(jane.id);
  await lane.getByText('Consents changed').waitFor();
  await look('a parked lane');
  await picture(page, 'delivery');
  await lane.getByRole('button', { name: 'Skip' }).click();
  await page.getByLabel('Why').fill('Fast Track has it by hand');
  await button('Skip the event').click();
  await page.getByText('No lane is parked.').waitFor();
  await page.goto(`${backoffice}#/players/${jane.id}/deliveries`);
  await page.getByText('of revision').getByText('Fast Track has it by hand').waitFor();
  await row('Consents changed').getByText('Skipped').waitFor();
  await look('deliveries');

  // The audit, which has the last word.
  await page.goto(`${backoffice}#/ledger`);
  await button('Run the audit').click();
  await page.getByText('The ledger is sound').waitFor();
  await row('psp:fake').getByText('Same').waitFor();
  await look('an audited ledger');
  await picture(page, 'ledger');

  // The same in the dark and on a phone: nothing is cut off.
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize(PHONE);
  const player = `/players/${jane.id}`;
  const paths = ['/', player, '/ledger', '/delivery', '/withdrawals'];
  for (const path of [
    ...paths,
    ...['ledger', 'bonuses', 'payments', 'play', 'deliveries'].map((p) => `${player}/${p}`),
  ]) {
    await page.goto(`${backoffice}#${path}`);
    await page.getByRole('heading').first().waitFor();
    await page.getByText('Loading …').first().waitFor({ state: 'detached' });
    await look(`${path} on a phone`);
    t.is(await page.evaluate('document.scrollingElement.scrollWidth'), PHONE.width, `${path} on a phone`);
  }
  // Browsers report each answer of 4xx: the bonus that was too large.
  t.deepEqual(
    it.faults.filter((fault) => !/status of 422 .*\/bonuses/.test(fault)),
    [],
  );
});

/** For people, where they ask for them. */
async function picture(page: Visit['page'], name: string): Promise<void> {
  const folder = process.env.CROUPIER_PICTURES;
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `backoffice-${name}.png`) });
}
