import test from 'ava';
import { createMemoryEventStore } from '../../../shared/event-store/memory-event-store.js';
import { silentLogger } from '../../../shared/telemetry/log.js';
import { registerPlayer } from '../player/account.js';
import { NOW, PLAYER, type Step } from '../player/testing/given.js';
import { blocked, depositRequested, reported, withdrawalRequested } from '../player/testing/steps.js';
import { CATALOGUE } from '../player/testing/test-catalogue.js';
import { createMemoryArchive } from './memory-archive.js';
import { createPayouts, type OpenWithdrawal } from './payouts.js';
import { createPlayers } from './players.js';

const context = { now: NOW, correlationId: 'c', causationId: 'c', actor: 'test' };
const REQUESTED: OpenWithdrawal = {
  playerId: PLAYER,
  paymentId: `${PLAYER}-w1`,
  psp: 'fake',
  status: 'requested',
  amount: '20.00',
  currency: 'EUR',
  requestedAt: NOW,
};

async function playerWithWithdrawal(...more: Step[]) {
  const store = createMemoryEventStore();
  const players = createPlayers({ store, catalogue: CATALOGUE, archive: createMemoryArchive() });
  await players.execute(PLAYER, context, (player) => registerPlayer(player, { currency: 'EUR', profileRevision: 0 }));
  for (const step of [depositRequested(), reported('completed'), withdrawalRequested(), ...more]) {
    await players.decide(PLAYER, context, step);
  }
  return { store, players };
}

test('an open withdrawal is approved, paid, and asked again until the PSP takes it', async (t) => {
  const { store, players } = await playerWithWithdrawal();
  let now = Date.parse(NOW);
  let refusals = 2;
  let taken: () => void = () => undefined;
  const paid = new Promise<void>((resolve) => {
    taken = resolve;
  });
  const payouts = createPayouts(
    {
      openWithdrawals: async () => [REQUESTED],
      async pay() {
        // Time flies, so the next try is due at the next turn.
        now += 60_000;
        refusals -= 1;
        if (refusals >= 0) throw new Error('the PSP is away');
        taken();
      },
    },
    players,
    { automatic: true, logger: silentLogger, nowMs: () => now, turnMs: 1 },
  );
  payouts.start();
  await paid;
  await payouts.stop();
  const types: string[] = [];
  for await (const event of store.readStream(`player-${PLAYER}`)) types.push(event.type);
  t.is(types.filter((type) => type === 'WithdrawalApproved').length, 1);
});

test('a withdrawal that may not be approved is not paid', async (t) => {
  const { players } = await playerWithWithdrawal(blocked({ reason: 'fraud', until: null }));
  let turns = 0;
  let looked: () => void = () => undefined;
  const twice = new Promise<void>((resolve) => {
    looked = resolve;
  });
  const payouts = createPayouts(
    {
      async openWithdrawals() {
        turns += 1;
        if (turns === 2) looked();
        return [REQUESTED];
      },
      pay: async () => t.fail('a blocked withdrawal was paid'),
    },
    players,
    { automatic: true, logger: silentLogger, nowMs: () => turns * 60_000, turnMs: 1 },
  );
  payouts.start();
  await twice;
  await payouts.stop();
  t.pass();
});

test('those that are stuck do not keep the ones behind them from their turn', async (t) => {
  const { players } = await playerWithWithdrawal();
  const stuck = { ...REQUESTED, status: 'approved', paymentId: `${PLAYER}-stuck` } as const;
  const behind = { ...stuck, paymentId: `${PLAYER}-behind` };
  const all: readonly OpenWithdrawal[] = [stuck, behind];
  let paid: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => {
    paid = resolve;
  });
  const payouts = createPayouts(
    {
      openWithdrawals: async (_statuses, limit, after) =>
        all.slice(all.findIndex(({ paymentId }) => paymentId === after?.paymentId) + 1).slice(0, limit),
      async pay({ paymentId }) {
        if (paymentId === stuck.paymentId) throw new Error('the PSP refuses');
        paid();
      },
    },
    players,
    { automatic: false, logger: silentLogger, nowMs: () => Date.parse(NOW), turnMs: 1, batch: 1 },
  );
  payouts.start();
  await reached;
  await payouts.stop();
  t.pass();
});
