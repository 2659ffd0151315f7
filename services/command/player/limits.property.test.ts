import test from 'ava';
import fc from 'fast-check';
import {
  type LimitKind,
  type LimitPeriod,
  limitKind,
  limitPeriod,
  type PlayerEvent,
} from '../../../shared/events/player-events.js';
import type { PlayerDecision } from './decision.js';
import type { RegisteredPlayer } from './state.js';
import { NOW, registeredPlayer, type Step, type TestPlayer } from './testing/given.js';
import { type Asked, centsOf, limitText, modelOfLimits } from './testing/limits-model.js';
import { bet, bonus, depositRequested, limit, play, reported, rollback, session, win } from './testing/steps.js';

// Goal: limits bind exactly as promised, whatever is played, paid, undone and set in whatever order and time.
// Method: random scripts, and a naive model beside the player (testing/limits-model.ts).

const MINUTE_MS = 60_000;

type Action =
  | { readonly do: 'bet' | 'deposit'; readonly amount: string }
  | { readonly do: 'play'; readonly amount: string; readonly won: string }
  | { readonly do: 'win'; readonly of: number; readonly amount: string }
  | { readonly do: 'undo'; readonly of: number }
  | { readonly do: 'report'; readonly of: number; readonly status: 'completed' | 'failed' | 'reversed' }
  | { readonly do: 'bonus'; readonly template: 'easy_bonus' | 'sticky_bonus' }
  | { readonly do: 'limit'; readonly kind: LimitKind; readonly period: LimitPeriod; readonly amount: string | null };

const amounts = fc.constantFrom('0.01', '3.33', '5.00', '10.00', '10.01', '25.00');
const which = fc.nat({ max: 9 });
const actions: fc.Arbitrary<Action> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('bet' as const), amount: amounts }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('play' as const), amount: amounts, won: amounts }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('win' as const), of: which, amount: amounts }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('undo' as const), of: which }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('deposit' as const), amount: amounts }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('report' as const),
      of: which,
      status: fc.constantFrom('completed', 'failed', 'reversed'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('bonus' as const),
      template: fc.constantFrom('easy_bonus', 'sticky_bonus'),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('limit' as const),
      kind: fc.constantFrom(...limitKind.options),
      period: fc.constantFrom(...limitPeriod.options),
      amount: fc.constantFrom('0.00', '10.00', '20.00', '20.01', '35.00', null),
    }),
  },
);
/** Minutes from one action to the next: within the hour, over its edge, just short of and just after a window's end. */
const pauses = fc.constantFrom(0, 0, 0, 7, 29, 60, 1_379, 1_440, 1_500, 10_019, 10_140);
const scripts = fc.array(fc.tuple(actions, pauses), { minLength: 5, maxLength: 50 });

type Observed = {
  readonly action: Action;
  readonly decision: PlayerDecision<unknown>;
  readonly passed: ReturnType<ReturnType<typeof modelOfLimits>['passedBy']>;
  readonly limits: readonly string[];
  readonly modelLimits: readonly string[];
};

/** Plays a script and says after each action what the player did and what the model thinks of it. */
function observe(script: readonly (readonly [Action, number])[]): readonly Observed[] {
  const player = registeredPlayer();
  const model = modelOfLimits();
  for (const step of [depositRequested('100000.00', 'start'), reported('completed', 'start')]) player.run(step, NOW);
  // What was deposited at the start has left every window by then.
  let now = Date.parse(NOW) + 31 * 24 * 60 * MINUTE_MS;
  return script.map(([action, minutes], index) => {
    now += minutes * MINUTE_MS;
    model.reach(now);
    const moment = new Date(now).toISOString();
    // Sessions idle and bonuses expire; a new session also records what is due, so that the state is as of now.
    player.run(session(`s-${index}`), moment);
    const passed = model.passedBy(askedBy(action, stateOf(player)), now);
    const before = player.events.length;
    const decision = player.run(stepOf(action, index, player.events), moment);
    for (const event of player.events.slice(before)) model.note(event, now);
    if (action.do === 'limit' && decision.ok) model.set(action.kind, action.period, centsOf(action.amount), now);
    return { action, decision, passed, limits: limitsOf(stateOf(player)), modelLimits: model.limitTexts() };
  });
}

/** What the action would spend of each kind; the split of a stake is thought out anew here. */
function askedBy(action: Action, { activeBonus, balances }: RegisteredPlayer): readonly Asked[] {
  if (action.do === 'deposit') return [{ kind: 'deposit', cents: centsOf(action.amount) }];
  if (action.do !== 'bet' && action.do !== 'play') return [];
  const stake = centsOf(action.amount);
  const splits: { readonly [bonusId: string]: number } = {
    sticky_bonus: Math.max(0, stake - centsOf(balances.bonus)),
    easy_bonus: Math.min(stake, centsOf(balances.cash)),
  };
  const cash = activeBonus === null ? stake : splits[activeBonus.bonusId];
  if (cash === undefined) throw new Error(`how is a stake split under ${activeBonus?.bonusId}?`);
  return [
    { kind: 'wager', cents: stake },
    { kind: 'loss', cents: cash },
  ];
}

function stepOf(action: Action, index: number, events: readonly PlayerEvent[]): Step {
  switch (action.do) {
    case 'bet':
      return bet({ transactionId: `b-${index}`, sessionId: `s-${index}`, amount: action.amount });
    case 'play':
      return play({
        sessionId: `s-${index}`,
        bet: { transactionId: `b-${index}`, amount: action.amount },
        win: { transactionId: `w-${index}`, amount: action.won },
      });
    case 'win':
      return win({
        transactionId: `w-${index}`,
        referenceTransactionId: idAt(events, action.of, ['BetPlaced', 'RoundPlayed']),
        amount: action.amount,
      });
    case 'undo':
      return rollback({
        transactionId: `u-${index}`,
        referenceTransactionId: idAt(events, action.of, ['BetPlaced', 'RoundPlayed', 'WinCredited']),
      });
    case 'deposit':
      return depositRequested(action.amount, `d-${index}`);
    case 'report':
      return reported(action.status, idAt(events, action.of, ['DepositRequested']));
    case 'bonus':
      return bonus('10.00', `ub-${index}`, action.template);
    case 'limit':
      return limit(action.kind, action.period, action.amount);
  }
}

/** One of the latest ids of such events, or one that is none. */
function idAt(events: readonly PlayerEvent[], back: number, types: readonly PlayerEvent['type'][]): string {
  const ids = events
    .filter(({ type }) => types.includes(type))
    .flatMap(({ type, data }) => {
      if (type === 'RoundPlayed') return [data.bet.transactionId, data.win.transactionId];
      if (type === 'BetPlaced' || type === 'WinCredited') return [data.transactionId];
      return type === 'DepositRequested' ? [data.paymentId.replace(/^\d+-/, '')] : [];
    });
  return ids.at(-1 - back) ?? 'none';
}

function stateOf(player: TestPlayer): RegisteredPlayer {
  const state = player.state();
  if (state.status === 'none') throw new Error('not registered');
  return state;
}

function limitsOf({ limits }: RegisteredPlayer): readonly string[] {
  return [...limits]
    .map(([name, { amount, pending }]) => {
      const raise = pending && { cents: centsOf(pending.amount), from: Date.parse(pending.effectiveAt) };
      return limitText(name, centsOf(amount), raise);
    })
    .sort();
}

const RUNS = { numRuns: 200 };

test('no accepted bet, play or deposit makes the sum of a window exceed the limit that bound at that moment', (t) => {
  let accepted = 0;
  fc.assert(
    fc.property(scripts, (script) => {
      for (const { action, decision, passed } of observe(script)) {
        if (!decision.ok) continue;
        t.deepEqual(passed, [], JSON.stringify(action));
        if (decision.events.length > 0) accepted += 1;
      }
    }),
    RUNS,
  );
  t.true(accepted > 0);
});

test('what is refused passes a limit, and the one with the least remaining answers', (t) => {
  const refused = { deposit: 0, loss: 0, wager: 0 };
  fc.assert(
    fc.property(scripts, (script) => {
      for (const { decision, passed } of observe(script)) {
        if (decision.ok) continue;
        if (decision.rejection.type === 'LimitExceeded') {
          const { kind, period, limit: amount, remaining } = decision.rejection;
          refused[kind] += 1;
          const [tightest] = passed;
          t.deepEqual(
            { kind, period, of: centsOf(amount), left: centsOf(remaining) },
            tightest && { ...tightest, left: Math.max(0, tightest.left) },
          );
        } else if (decision.rejection.type === 'InsufficientFunds') {
          // Cash below zero is looked at before limits, funds after them.
          t.true(decision.rejection.balance.cash.startsWith('-') || passed.length === 0);
        }
      }
    }),
    RUNS,
  );
  t.true(refused.deposit > 0 && refused.loss > 0 && refused.wager > 0, JSON.stringify(refused));
});

test('a raise never binds early, a lower limit always at once: after each step the limits are those of the model', (t) => {
  fc.assert(
    fc.property(scripts, (script) => {
      for (const { action, limits, modelLimits } of observe(script)) {
        t.deepEqual(limits, modelLimits, JSON.stringify(action));
      }
    }),
    RUNS,
  );
});
