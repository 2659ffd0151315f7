import test from 'ava';
import type { StoredEvent } from '../../../shared/event-store/event-store.js';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import { readStored } from '../intake/read-arrival.js';
import { logins, player, storeOf, story } from '../tests/stories.js';
import { createBonusFacts } from './bonus-facts.js';

const EUR = 'EUR';
const balances = { cash: '0.00', bonus: '0.00', withdrawal: '0.00', currency: EUR };
const of = (userBonusId: string) => ({ userBonusId, bonusId: 'welcome_bonus_50' });
const references = { id: 'ABC' };
const credited = (id: string, amount: string) => ({
  ...{ ...of(id), templateVersion: 1, amount, currency: EUR, fastTrackReferences: references },
});

const granted = (id: string, amount: string): PlayerEvent => ({
  type: 'BonusGranted',
  data: {
    ...{ ...credited(id, amount), wageringRequired: '500.00', expiresAt: '2099-01-01T00:00:00.000Z', deposit: null },
    ...{ postings: [], balances },
  },
});
const queued = (id: string, amount: string): PlayerEvent => ({ type: 'BonusQueued', data: credited(id, amount) });
const progressed = (id: string): PlayerEvent => ({
  type: 'BonusWageringProgressed',
  data: { ...of(id), wagered: '1.00', wageringRequired: '500.00', currency: EUR },
});
const cancelled = (id: string): PlayerEvent => ({
  type: 'BonusCancelled',
  data: { ...of(id), reason: 'operator', forfeited: '0.00', currency: EUR, postings: [], balances },
});

/** The facts as a bridge gets them that reads these events of the player's history, and how often it asked the store. */
function bridgeOver(events: readonly StoredEvent[]) {
  const store = storeOf(events);
  let reads = 0;
  const factsOf = createBonusFacts({
    readStream(stream, options) {
      reads += 1;
      return store.readStream(stream, options);
    },
  });
  return {
    reads: () => reads,
    of(revision: number) {
      const stored = events[revision];
      if (stored === undefined) throw new Error(`there is no event ${revision}`);
      return factsOf(readStored(stored).event);
    },
  };
}

const HISTORY = story(player(12345), [
  ...[granted('a', '50.00'), queued('b', '20.00'), ...logins(3), progressed('a')],
  ...[cancelled('b'), cancelled('a'), progressed('never')],
]);
const A = { amount: '50.00', wageringRequired: '500.00', references };
const B = { amount: '20.00', wageringRequired: undefined, references };

test('what a grant said is remembered for the events after it', async (t) => {
  const bridge = bridgeOver(HISTORY);
  t.deepEqual(await bridge.of(0), A);
  t.deepEqual(await bridge.of(1), B);
  t.is(await bridge.of(2), undefined, 'a login is about no bonus');
  t.deepEqual([await bridge.of(5), await bridge.of(6), await bridge.of(7)], [A, B, A]);
  t.is(bridge.reads(), 0);
});

test('a bridge that starts in the middle reads the history back, once a bonus', async (t) => {
  const bridge = bridgeOver(HISTORY);
  t.deepEqual([await bridge.of(5), await bridge.of(7), await bridge.of(6)], [A, A, B]);
  t.is(bridge.reads(), 2);
});

test('a bonus that the history never granted has no facts, and stops nothing', async (t) => {
  t.is(await bridgeOver(HISTORY).of(8), undefined);
  const [first] = story(player(7), [cancelled('a')]);
  t.is(first && (await createBonusFacts(storeOf([]))(readStored(first).event)), undefined);
});
