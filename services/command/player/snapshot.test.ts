import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import { playerStream } from '../../../shared/ids/streams.js';
import { playerLife } from '../../../shared/testing/player-life.js';
import { evolve } from './evolve.js';
import { unarchivedPast } from './past.js';
import { type PastRecord, readState, recordKey, STATE_VERSION, setAside, writeState } from './snapshot.js';
import { NO_PLAYER, type PlayerState } from './state.js';
import { NOW, PLAYER, playerIn, type TestPlayer } from './testing/given.js';
import { moment, playerWithCash, timed } from './testing/scripts.js';
import { bet, bonus, win, withdrawalRequested } from './testing/steps.js';
import { remember, type TransactionRecord, transactionKey } from './transactions.js';

/** A player of whom nothing but the lean state is in memory: after each decision all else goes out as text. */
function alwaysSetAside(): TestPlayer {
  const archive = new Map<string, string>();
  const look = <R extends PastRecord>(key: string): R | undefined => {
    const text = archive.get(key);
    return text === undefined ? undefined : (JSON.parse(text) as R);
  };
  const put = (key: string, record: PastRecord) => void archive.set(key, JSON.stringify(record));
  return playerIn({
    transactions: {
      get: (key) => look<TransactionRecord>(recordKey.transaction(key)),
      set: (key, record) => put(recordKey.transaction(key), record),
    },
    past: {
      transaction: (provider, id) => look<TransactionRecord>(recordKey.transaction(transactionKey(provider, id))),
      payment: (id) => look(recordKey.payment(id)),
      bonus: (id) => look(recordKey.bonus(id)),
      endedSession: (id) => look(recordKey.endedSession(id)),
    },
    keep(state: PlayerState) {
      if (state.status === 'none') return state;
      const aside = setAside(state);
      for (const [key, record] of aside.records) put(key, record);
      return readState(writeState(aside.state));
    },
  });
}

test('a player of whom all that can be is set aside after each step decides as one who has it all in memory', (t) => {
  fc.assert(
    fc.property(timed, (script) => {
      const [whole, lean] = [playerWithCash(), playerWithCash(alwaysSetAside())];
      let minutes = 0;
      for (const [step, later] of script) {
        minutes += later;
        t.deepEqual(lean.run(step, moment(minutes)), whole.run(step, moment(minutes)));
      }
      t.deepEqual(lean.events, whole.events);
    }),
    { numRuns: 300 },
  );
});

test('the state that is kept does not grow with the history', (t) => {
  const player = playerWithCash(alwaysSetAside());
  const size = () => {
    const state = player.state();
    return state.status === 'none' ? 0 : writeState(setAside(state).state).length;
  };
  const once = (n: number) => {
    const id = { transactionId: `t-${n}`, roundId: `r-${n}`, amount: '0.01' };
    player.run(bet(id));
    player.run(win({ ...id, transactionId: `w-${n}`, referenceTransactionId: id.transactionId }));
    player.run(bonus('5.00', `ub-${n}`, 'cash_gift'));
    player.run(withdrawalRequested('0.01', `w${n}`));
  };
  once(0);
  const before = size();
  for (let n = 1; n < 200; n += 1) once(n);
  // A number may have become a digit longer.
  t.true(size() - before < 20, `${before} grew to ${size()}`);
});

test('a change of what is kept is a new version of it', (t) => {
  // When this fails: raise STATE_VERSION, and add the hash of the new version; never change one that is here. (A change
  // of the life that is told here asks for it too, and a version too many costs one reading of each stream.)
  const known = JSON.parse(readFileSync(new URL('./snapshot-hashes.json', import.meta.url), 'utf8')) as {
    readonly [version: string]: string;
  };
  const transactions = new Map<string, TransactionRecord>();
  let state = NO_PLAYER;
  for (const { stream, draft } of playerLife(PLAYER)) {
    if (stream !== playerStream(PLAYER)) continue;
    const event = draft as PlayerEvent;
    state = evolve(state, event, NOW, unarchivedPast(transactions));
    remember(transactions, event, NOW);
  }
  if (state.status === 'none') return t.fail();
  const aside = setAside(state);
  const text = JSON.stringify([writeState(aside.state), [...aside.records], [...transactions]]);
  t.is(known[STATE_VERSION], createHash('sha256').update(text).digest('hex'));
  return undefined;
});
