import test from 'ava';
import { playerEventSchemas } from '../events/player-events.js';
import { profileEventSchemas } from '../events/profile-events.js';
import type { PlayerId } from '../ids/ids.js';
import { isBalanced, type Posting } from '../money/postings.js';
import { LIFE_BALANCES, passwordChanged, playerForgotten, playerLife } from './player-life.js';

const JANE = '12345' as PlayerId;
const LIFE = [...playerLife(JANE), passwordChanged(JANE), playerForgotten(JANE)];

test('a life has every event type in it', (t) => {
  const types = new Set(LIFE.map(({ draft }) => draft.type));
  t.deepEqual([...types].sort(), [...Object.keys(playerEventSchemas), ...Object.keys(profileEventSchemas)].sort());
});

test('each event of a life passes its schema, and its postings balance', (t) => {
  const schemas = { ...playerEventSchemas, ...profileEventSchemas };
  for (const { draft } of LIFE) {
    t.notThrows(() => schemas[draft.type as keyof typeof schemas].parse(draft.data), draft.type);
    if ('postings' in draft.data) t.true(isBalanced(draft.data.postings as unknown as Posting[]), draft.type);
  }
});

test('a life ends with the balances it says', (t) => {
  t.deepEqual(LIFE.findLast(({ draft }) => 'balances' in draft.data)?.draft.data.balances, LIFE_BALANCES);
});
