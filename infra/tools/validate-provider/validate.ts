import { CASES, type Case } from './cases.js';
import { faultsOf, isAtRest } from './judgement.js';
import { RULES } from './rules.js';
import { transactionsOf } from './transactions.js';
import { type Seat, startWallet } from './wallet.js';
import { type Call, startWire } from './wire.js';

/** Asks the provider for a round of this player; the answer says in words what came back, for a person to look at. */
export type PlayRound = (seat: Seat, title: string) => Promise<string>;

export type ValidateOptions = {
  readonly host: string;
  readonly port: number;
  readonly provider: { readonly id: string; readonly secret: string };
  readonly gameId: string;
  readonly currency: string;
  /** One case after the other, because a person plays the rounds. */
  readonly isByHand: boolean;
  /** Called once the wallet can be reached, with its base URL. */
  readonly onListening: (url: string) => Promise<PlayRound> | PlayRound;
  /** How long a call is left without an answer, where that is what a case is about. */
  readonly silenceMs: number;
  /** Ends the wait for a provider that still owes something. */
  readonly patience: (asked: Promise<unknown>) => Promise<unknown>;
  /** How long to listen for calls that should not come. */
  readonly quiet: (asked: Promise<unknown>) => Promise<unknown>;
};

export type Result = {
  readonly id: string;
  readonly title: string;
  readonly result: 'passed' | 'failed' | 'not_met';
  readonly faults: readonly string[];
  /** How many calls it is judged by. */
  readonly calls: number;
};

export type Report = { readonly ok: boolean; readonly results: readonly Result[]; readonly calls: readonly Call[] };

const LOOK_MS = 20;

/** Plays the wallet to a provider, well and badly, and judges what the provider does. */
export async function validate(options: ValidateOptions): Promise<Report> {
  const { host, port, provider, silenceMs, isByHand, onListening } = options;
  const wallet = await startWallet(options);
  try {
    const seats = await Promise.all(CASES.map(async (one) => ({ one, seat: await wallet.seat(one.isFunded) })));
    const cases = new Map(seats.map(({ one, seat }) => [seat.playerId, one]));
    const wire = await startWire({
      ...{ host, port, provider, silenceMs, walletUrl: wallet.url },
      faultOf: ({ playerId, action, nth }) => cases.get(playerId)?.faultOf(action, nth) ?? null,
    });
    try {
      const play = await onListening(wire.url);
      const told: Result[] = [];
      const run = async ({ one, seat }: (typeof seats)[number]) => runCase(one, seat, wire.calls, play, options);
      if (isByHand) for (const entry of seats) told.push(await run(entry));
      else told.push(...(await Promise.all(seats.map(run))));
      const calls = [...wire.calls];
      const results = [...RULES.map((rule) => resultOf(rule, rule.faultsOf(calls), calls.length)), ...told];
      return { ok: results.every(({ result }) => result !== 'failed'), results, calls };
    } finally {
      await wire.stop();
    }
  } finally {
    await wallet.stop();
  }
}

async function runCase(
  one: Case,
  { playerId, sessionId }: Seat,
  all: readonly Call[],
  play: PlayRound,
  { patience, quiet }: ValidateOptions,
): Promise<Result> {
  const own = () => all.filter(({ fields }) => String(fields.player_id) === playerId);
  const asked = Promise.all(Array.from({ length: one.rounds }, () => play({ playerId, sessionId }, one.title)));
  let isOver = false;
  const over = patience(asked).then(() => {
    isOver = true;
  });
  while (!isOver && !isAtRest(own()))
    await Promise.race([over, new Promise((resolve) => setTimeout(resolve, LOOK_MS))]);
  await quiet(asked);
  const calls = own();
  const special = one.faultsOf(transactionsOf(calls));
  const faults = [...faultsOf(calls), ...(special ?? [])];
  // Without a single call, how the request for the round went is the only trace there is.
  const hint = calls.length === 0 ? [`your answer to the request for a round: ${(await asked).join('; ')}`] : [];
  if (special === undefined && faults.length === 0) return { ...resultOf(one, [], calls.length), result: 'not_met' };
  return resultOf(one, [...faults, ...hint], calls.length);
}

function resultOf({ id, title }: { id: string; title: string }, faults: readonly string[], calls: number): Result {
  return { id, title, result: faults.length === 0 ? 'passed' : 'failed', faults, calls };
}
