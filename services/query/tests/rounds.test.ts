import test from 'ava';
import type { JsonObject } from '../../../shared/event-store/event-store.js';
import type { PlayerEventOf, PlayerEventType } from '../../../shared/events/player-events.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { playerStream } from '../../../shared/ids/streams.js';
import type { Entry } from '../../../shared/testing/scribe.js';
import { BACKOFFICE_KEY, type Ground, onceThere, openGround } from './ground.js';

// Goal: operators find the rounds that got stuck, and players see what a session in progress has come to.

const JANE = '12345' as PlayerId;
const JOHN = '777' as PlayerId;
const BACKOFFICE = { 'X-Api-Key': BACKOFFICE_KEY };
const HOUR_MS = 3_600_000;
const BEGINNING = Date.parse('2026-01-02T12:00:00.000Z');

const MOVED = {
  postings: [],
  balances: { cash: '0.00', bonus: '0.00', withdrawal: '0.00', currency: 'EUR' },
  answer: { cash: '0.00', bonus: '0.00' },
};
const FUNDING = { cash: '0.00', bonus: '0.00', userBonusId: null };
const PAYOUT = { ...FUNDING, converted: '0.00', cost: '0.00' };
const GAME = { provider: 'mock', sessionId: 's-1', gameId: 'slot_abc', currency: 'EUR' };

function of<T extends PlayerEventType>(playerId: PlayerId, type: T, data: PlayerEventOf<T>['data']): Entry {
  return { stream: playerStream(playerId), draft: { type, data: data as JsonObject } };
}

const registered = (playerId: PlayerId) => of(playerId, 'PlayerRegistered', { currency: 'EUR', profileRevision: 0 });
const session = (playerId: PlayerId, sessionId: string) =>
  of(playerId, 'GameSessionStarted', { sessionId, gameId: 'slot_abc', provider: 'mock' });
const bet = (playerId: PlayerId, roundId: string, amount: string) =>
  of(playerId, 'BetPlaced', {
    ...{ transactionId: `b-${roundId}`, ...GAME, roundId, amount, funding: FUNDING, wagering: null, ...MOVED },
  });
const win = (playerId: PlayerId, roundId: string, amount: string, roundClosed: boolean) =>
  of(playerId, 'WinCredited', {
    ...{ transactionId: `w-${roundId}`, referenceTransactionId: `b-${roundId}`, ...GAME, roundId, amount, roundClosed },
    ...{ payout: PAYOUT, ...MOVED },
  });

async function stuckIn({ get }: Ground, search: string) {
  const { body } = await get(`/backoffice/rounds${search}`, BACKOFFICE);
  return body.rounds.map(({ round_id }: { round_id: string }) => round_id);
}

test('rounds that are open for long are listed oldest first, page by page; a session in progress has its result', async (t) => {
  let writtenAt = BEGINNING;
  const now = BEGINNING + 60 * HOUR_MS;
  const ground = await openGround(t, { nowMs: () => now, written: () => new Date(writtenAt) });
  ground.startProjector();
  const write = (hoursAgo: number, ...entries: readonly Entry[]) => {
    writtenAt = now - hoursAgo * HOUR_MS;
    return ground.scribe.write(entries);
  };
  await write(60, registered(JANE), session(JANE, 's-1'), bet(JANE, 'oldest', '10.00'));
  await write(59, win(JANE, 'oldest', '3.00', false));
  await write(55, bet(JANE, 'closed', '1.00'), win(JANE, 'closed', '0.00', true));
  await write(50, registered(JOHN), bet(JOHN, 'same-hour', '2.00'));
  await write(50, bet(JANE, 'same-hour', '4.00'));
  const { position } = await write(47.5, bet(JANE, 'young', '5.00'));
  const there = { ...BACKOFFICE, 'X-Min-Position': String(position) };
  const { body } = await onceThere(() => ground.get('/backoffice/rounds', there));

  t.deepEqual(body.rounds[0], {
    ...{ player_id: JANE, provider: 'mock', round_id: 'oldest', game_id: 'slot_abc', currency: 'EUR' },
    ...{ staked: '10.00', won: '3.00', bets: 1, wins: 1, rolled_back: 0 },
    first_bet_at: new Date(now - 60 * HOUR_MS).toISOString(),
    last_at: new Date(now - 59 * HOUR_MS).toISOString(),
  });
  t.is(body.next_after, null);
  const all = ['oldest', 'same-hour', 'same-hour'];
  t.deepEqual(await stuckIn(ground, ''), all);
  t.deepEqual(await stuckIn(ground, '?open_for=48h'), all);
  t.deepEqual(await stuckIn(ground, '?open_for=2d'), all);
  t.deepEqual(await stuckIn(ground, '?open_for=47h'), [...all, 'young']);
  t.deepEqual(await stuckIn(ground, '?open_for=3000m'), ['oldest']);
  t.deepEqual(await stuckIn(ground, '?open_for=60h'), []);
  t.deepEqual(await stuckIn(ground, '?open_for=99999d'), []);

  const paged: unknown[] = [];
  let after = '';
  do {
    const page = (await ground.get(`/backoffice/rounds?limit=1${after}`, BACKOFFICE)).body;
    paged.push(...page.rounds);
    after = page.next_after === null ? '' : `&after=${encodeURIComponent(page.next_after)}`;
  } while (after !== '');
  t.deepEqual(paged, body.rounds);

  const { game_sessions: sessions } = (await ground.get('/me/game-sessions', await ground.login(JANE))).body;
  t.like(sessions[0], {
    ...{ session_id: 's-1', ended_at: null, duration_s: 60 * 3_600 },
    ...{ bets: 4, staked: '20.00', won: '3.00', net: '-17.00' },
  });
});
