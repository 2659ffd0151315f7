import type { Rng } from '../../simulate/rng.js';
import type { Call } from '../checker/run-log.js';
import { type GameCall, type LoadPlayer, money } from './load-player.js';

/** One thing that a player does, of one or several calls. */
export type Turn = {
  /** Turns that set how something shall be run one after the other: their calls have no id of their own. */
  readonly isSetting: boolean;
  run(player: LoadPlayer): Promise<unknown>;
};

/** What players do, in so many of a hundred turns. */
const DEALT: readonly (readonly [percent: number, deal: (rng: Rng, name: string) => Turn])[] = [
  [48, round],
  [12, playAtOnce],
  [6, tombstone],
  [6, twiceAtOnce],
  [7, () => turn((player) => player.deposit())],
  [4, () => turn((player) => player.withdraw())],
  [2, () => turn((player) => player.logIn())],
  [4, () => turn((player) => player.openGame())],
  [3, (rng) => turn((player) => player.creditBonus(money(100 + rng.below(400))))],
  [4, () => setting((player) => player.changeConsents())],
  [2, () => setting((player) => player.lowerLimit())],
  [2, () => setting((player) => player.blockAndLift())],
];

/** The next turn, from chance alone. @param name is in its transaction ids */
export function dealTurn(rng: Rng, name: string): Turn {
  let left = rng.below(100);
  for (const [percent, deal] of DEALT) {
    if (left < percent) return deal(rng, name);
    left -= percent;
  }
  return round(rng, name);
}

const turn = (run: Turn['run']): Turn => ({ isSetting: false, run });
const setting = (run: Turn['run']): Turn => ({ isSetting: true, run });

/** A bet, and then what games do with it: a win or two, nothing, or a rollback. Now and then the provider asks twice. */
function round(rng: Rng, name: string): Turn {
  const [stake, payout] = [10 + rng.below(190), rng.below(400)];
  const [fate, repeats] = [rng.below(100), rng.percent(10)];
  const roundId = `${name}-r`;
  const betId = `${name}-bet`;
  return turn(async (player) => {
    const bet: GameCall = { kind: 'bet', transactionId: betId, roundId, amount: money(stake) };
    const placed = await player.play(bet);
    if (placed.outcome !== 'acknowledged') return afterRefusal(player, placed);
    if (repeats) await player.play(bet);
    const win = (number: number, cents: number, isLast: boolean) =>
      player.play({
        ...{ kind: 'win', transactionId: `${name}-win-${number}`, betId, roundId },
        ...{ amount: money(cents), isLast },
      });
    if (fate < 20) await player.play({ kind: 'rollback', transactionId: `${name}-back`, betId, roundId });
    else if (fate < 30) await win(1, payout, false).then(() => win(2, 10, true));
    else await win(1, fate < 60 ? payout : 0, true);
  });
}

function playAtOnce(rng: Rng, name: string): Turn {
  const [bet, win] = [money(10 + rng.below(90)), money(rng.percent(50) ? 0 : rng.below(200))];
  const ids = { transactionId: `${name}-bet`, winId: `${name}-win`, roundId: `${name}-r` };
  return turn(async (player) => afterRefusal(player, await player.play({ kind: 'play', ...ids, bet, win })));
}

/** A rollback that comes before its bet: the bet must then be refused. */
function tombstone(rng: Rng, name: string): Turn {
  const [roundId, betId, amount] = [`${name}-r`, `${name}-bet`, money(10 + rng.below(90))];
  return turn(async (player) => {
    await player.play({ kind: 'rollback', transactionId: `${name}-back`, betId, roundId });
    await player.play({ kind: 'bet', transactionId: betId, roundId, amount });
  });
}

/** The same bet comes in by two doors at once. */
function twiceAtOnce(rng: Rng, name: string): Turn {
  const bet: GameCall = {
    kind: 'bet',
    transactionId: `${name}-bet`,
    roundId: `${name}-r`,
    amount: money(10 + rng.below(50)),
  };
  return turn(async (player) => {
    const [first] = await Promise.all([player.play(bet), player.play(bet)]);
    await afterRefusal(player, first);
  });
}

/** A player whose game has ended opens another; one without money pays in. */
async function afterRefusal(player: LoadPlayer, { outcome, answer }: Call): Promise<void> {
  if (outcome !== 'refused' || typeof answer !== 'object' || answer === null || !('code' in answer)) return;
  if (answer.code === 'session_ended' || answer.code === 'session_not_found') await player.openGame();
  if (answer.code === 'insufficient_funds') await player.deposit();
}
