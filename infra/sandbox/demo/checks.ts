import { isDeepStrictEqual } from 'node:util';
import { type Amount, add, isZero, subtract, toJsonNumber } from '../../../shared/money/money.js';
import type { Dialect, Told, ToldOf } from './dialect.js';
import type { SeenMessage } from './fast-track-view.js';
import type { Balance } from './player.js';
import type { PlayedRound } from './session.js';

export type Check = { readonly name: string; readonly ok: boolean; readonly found: string };

/** What the player did, from the provider's and the PSP's answers alone. */
export type Story = {
  readonly deposit: Amount;
  readonly bonus: Amount;
  readonly bonusId: string;
  readonly rounds: readonly PlayedRound[];
  readonly withdrawal: Amount;
};

/** The player's own arithmetic. Cash pays every stake (cash-first, and it never ran out), and the withdrawal forfeits the bonus. */
export function expectedBalance({ deposit, rounds, withdrawal }: Story): Balance {
  let cash = deposit;
  for (const { stake, win } of rounds) cash = add(subtract(cash, stake), win);
  return { cash: subtract(cash, withdrawal), bonus: subtract(deposit, deposit) };
}

/** Whether Fast Track was told this story: everything, once, in order. */
export function checkTimeline(
  { read, splitsPlays, namesCredits }: Dialect,
  story: Story,
  messages: readonly SeenMessage[],
): readonly Check[] {
  const taken = messages.filter((message) => message.taken);
  const told = taken.map(({ path, body }) => read(path, body));
  const sequences = taken.map(({ headers }) => Number(headers['x-sequence']));
  const keys = taken.map(({ headers }) => headers['idempotency-key']);

  return [
    equal('registered once, logged in once', [of(told, 'registered').length, of(told, 'logged_in').length], [1, 1]),
    equal(
      'payments: each status once, in order',
      of(told, 'payment').map(({ type, status, amount }) => [type, status, amount]),
      expectedPayments(story),
    ),
    equal(
      'casino: every round, in the order played',
      of(told, 'casino').map(({ bet, win }) => [bet, win]),
      expectedCasino(story, splitsPlays),
    ),
    checkBonus(story, of(told, 'bonus'), namesCredits),
    checkBalances(story, of(told, 'balances')),
    {
      name: 'X-Sequence never falls',
      ok: sequences.every((sequence, at) => at === 0 || sequence >= (sequences[at - 1] ?? 0)),
      found: `${sequences[0]} … ${sequences.at(-1)}`,
    },
    equal('no message twice', [new Set(keys).size], [taken.length]),
    equal('none refused', messages.filter(({ status }) => status >= 400).length, 0),
  ];
}

function of<K extends Told['kind']>(told: readonly Told[], kind: K): readonly ToldOf<K>[] {
  return told.filter((message): message is ToldOf<K> => message.kind === kind);
}

function expectedPayments({ deposit, withdrawal }: Story): unknown[] {
  const [paidIn, paidOut] = [toJsonNumber(deposit), toJsonNumber(withdrawal)];
  return [
    ['deposit', 'requested', paidIn],
    ['deposit', 'completed', paidIn],
    ['withdrawal', 'requested', paidOut],
    ['withdrawal', 'completed', paidOut],
  ];
}

function expectedCasino({ rounds }: Story, splitsPlays: boolean): unknown[] {
  return rounds.flatMap(({ mode, stake, win }) => {
    const [bet, won] = [toJsonNumber(stake), toJsonNumber(win)];
    return mode === 'play' && !splitsPlays
      ? [[bet, won]]
      : [
          [bet, 0],
          [0, won],
        ];
  });
}

/** Every round wagers a stake, and all of them are too few to complete the bonus. Each message names the one credit. */
function checkBonus({ bonusId, rounds }: Story, messages: readonly ToldOf<'bonus'>[], namesCredits: boolean): Check {
  const steps = messages.map(({ step }) => step);
  const progressed = steps.slice(1, -1);
  const credits = new Set(messages.map(({ creditId }) => creditId));
  return {
    name: 'bonus: granted, wagered, cancelled by the withdrawal',
    ok:
      steps[0] === 'granted' &&
      steps.at(-1) === 'cancelled' &&
      progressed.length === rounds.length &&
      progressed.every((step) => step === 'wagering_progress') &&
      messages.every((message) => message.bonusId === bonusId) &&
      credits.size === 1 &&
      !credits.has(namesCredits ? undefined : ''),
    found: `${steps[0]}, ${progressed.length} × ${progressed[0]}, ${steps.at(-1)}${namesCredits ? ', each with its credit' : ''}`,
  };
}

/** Every balance that the player had, one message each time cash or bonus changed; withdrawal and forfeit in either order. */
function checkBalances(story: Story, messages: readonly ToldOf<'balances'>[]): Check {
  const found = messages.map(({ cash, bonus }) => `${cash}+${bonus}`);
  const until = expectedUntilWithdrawal(story);
  const end = expectedBalance(story);
  const last = `${toJsonNumber(end.cash)}+${toJsonNumber(end.bonus)}`;
  return {
    name: 'balances: one message for every change, right each time',
    ok:
      isDeepStrictEqual(found.slice(0, until.length), until) &&
      found.length <= until.length + 2 &&
      found.at(-1) === last,
    found: `${found.length} messages, the last ${found.at(-1)}`,
  };
}

function expectedUntilWithdrawal({ deposit, bonus, rounds }: Story): string[] {
  const seen: string[] = [];
  const show = (cash: Amount, of: Amount) => seen.push(`${toJsonNumber(cash)}+${toJsonNumber(of)}`);
  let cash = deposit;
  show(cash, subtract(bonus, bonus));
  show(cash, bonus);
  for (const { mode, stake, win } of rounds) {
    const before = cash;
    const afterBet = subtract(cash, stake);
    cash = add(afterBet, win);
    if (mode === 'bet_and_win') show(afterBet, bonus);
    // A win of nothing changes nothing, nor does a play that wins back its stake.
    if (mode === 'play' ? cash !== before : !isZero(win)) show(cash, bonus);
  }
  return seen;
}

export function equal(name: string, found: unknown, expected: unknown): Check {
  const ok = isDeepStrictEqual(found, expected);
  return { name, ok, found: ok ? short(found) : `${short(found)}, expected ${short(expected)}` };
}

function short(value: unknown): string {
  const text = JSON.stringify(value);
  if (Array.isArray(value) && text.length > 120) return `${value.length} entries`;
  return text;
}
