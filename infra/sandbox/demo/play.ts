import { z } from 'zod';
import type { ReadyInfo } from '../../embedded/ready.js';
import { STEPS, type Step } from '../web/tour/steps.js';
import { ask, eventually, StepFailed } from './api.js';
import { type Check, checkTimeline, equal, expectedBalance, type Story } from './checks.js';
import { type Dialect, dialectOf } from './dialect.js';
import { type FastTrackView, openFastTrackView, type SeenMessage } from './fast-track-view.js';
import { type Balance, type DemoPlayer, deposit, readBalance, signUp, walletBalance, withdraw } from './player.js';
import { type PlayedSession, playSession } from './session.js';
import { abridgedTimeline } from './timeline-print.js';

type Print = (line: string) => void;

const DEPOSIT = '100.00';
const BONUS = '50.00';
const BONUS_ID = 'welcome_bonus_50';
const WITHDRAWAL = '20.00';
const ROUNDS = 200;
const ARRIVAL_TIMEOUT_MS = 30_000;

/** In the tour's words, which are the guide's. */
const GUIDE_CREDIT = 'POST /operator/bonus-credit';

/** Reels that are known beforehand, so that the money never runs out and the walk-through is the same each time. */
const CAST = [
  { name: 'Jane', firstSeed: 8_000 },
  { name: 'Omar', firstSeed: 58_000 },
] as const;

/**
 * The developer guide's script over HTTP: register, log in, deposit, a campaign's bonus, play, withdraw; then whether
 * everyone agrees on the money and Fast Track heard all of it. Its last line is the result.
 */
export async function playDemo(ready: ReadyInfo, print: Print): Promise<{ ok: boolean }> {
  const since = Date.now();
  try {
    const dialect = dialectOf(ready.profile);
    print(`Demo: ${STEPS.map(({ title }) => title).join(' → ')}.`);
    const url = `${ready.fastTrack}/campaigns/first-deposit`;
    const settings = {
      enabled: true,
      trigger: 'first_deposit',
      segment: {},
      bonus_id: BONUS_ID,
      amount: dialect.namesCredits ? null : Number(BONUS),
    };
    await ask(z.object({ enabled: z.literal(true) }), { method: 'PUT', url, json: settings });
    print(`Fast Track's campaign is on: the first deposit gets ${BONUS_ID}.`);
    const view = await openFastTrackView(ready.fastTrack);
    const results = await Promise.all(CAST.map((role) => playOne({ ready, view, dialect, print }, role)));
    const checks = results.flat();
    const failed = checks.filter(({ ok }) => !ok).length;
    const seconds = ((Date.now() - since) / 1_000).toFixed(1);
    print(
      failed === 0
        ? `The demo passed: ${checks.length} checks of ${checks.length} hold, in ${seconds} s.`
        : `The demo failed: ${failed} of ${checks.length} checks do not hold.`,
    );
    return { ok: failed === 0 };
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    print(`The demo failed: ${error.message}.`);
    return { ok: false };
  }
}

type Role = (typeof CAST)[number];

type Stage = {
  readonly ready: ReadyInfo;
  readonly view: FastTrackView;
  readonly dialect: Dialect;
  readonly print: Print;
};

async function playOne({ ready, view, dialect, print }: Stage, role: Role): Promise<readonly Check[]> {
  const say = (line: string) => print(`  ${role.name}: ${line}`);
  const step = (id: Step['id']) => say(stepLine(id, dialect));
  step('register');
  const player = await signUp(ready, role.name);
  step('login');
  say(`is player ${player.id}`);
  step('deposit');
  await deposit(ready, player, DEPOSIT);
  say(`paid in ${DEPOSIT} EUR`);
  step('bonus');
  await eventually(`${role.name}'s bonus`, ARRIVAL_TIMEOUT_MS, async () =>
    (await view.of(player.id)).find((message) => isGranted(dialect, message)),
  );
  say(`got ${BONUS_ID}`);
  step('play');
  const session = await playSession(ready, player, { count: ROUNDS, firstSeed: role.firstSeed });
  say(`played ${ROUNDS} rounds in session ${session.sessionId}, and ended it`);
  await withdraw(ready, player, WITHDRAWAL);
  say(`withdrew ${WITHDRAWAL} EUR`);
  step('messages');
  const messages = await eventually(`the message that ${role.name} was paid out`, ARRIVAL_TIMEOUT_MS, async () => {
    const seen = await view.of(player.id);
    return seen.some((message) => isPaidOut(dialect, message)) ? seen : undefined;
  });
  const checks = await checkPlayer({ ready, dialect }, player, session, messages);
  for (const line of await abridgedTimeline(ready.fastTrack, player.id)) print(`    ${line}`);
  for (const { name, ok, found } of checks) print(`  ${ok ? 'ok  ' : 'FAIL'} ${role.name}: ${name} (${found})`);
  return checks;
}

/** As the guided tour in the casino's page tells it, with the calls behind it. */
function stepLine(id: Step['id'], { creditCall }: Dialect): string {
  const at = STEPS.findIndex((step) => step.id === id);
  const { told = '', commands: calls = [] } = STEPS[at] ?? {};
  const commands = calls.map((call) => (call === GUIDE_CREDIT ? creditCall : call));
  return `step ${at + 1} of ${STEPS.length}: ${told}${commands.length === 0 ? '' : ` [${commands.join(', ')}]`}`;
}

async function checkPlayer(
  { ready, dialect }: Pick<Stage, 'ready' | 'dialect'>,
  player: DemoPlayer,
  session: PlayedSession,
  messages: readonly SeenMessage[],
): Promise<readonly Check[]> {
  const story: Story = {
    deposit: DEPOSIT,
    bonus: BONUS,
    bonusId: BONUS_ID,
    rounds: session.rounds,
    withdrawal: WITHDRAWAL,
  };
  const expected = expectedBalance(story);
  const moneyOf = ({ cash, bonus }: Balance) => ({ cash, bonus });
  return [
    equal('balance in the ledger', moneyOf(await walletBalance(ready, player, session.sessionId)), expected),
    equal('balance in the read model', moneyOf(await readBalance(ready, player)), expected),
    ...checkTimeline(dialect, story, messages),
  ];
}

function isGranted({ read }: Dialect, { taken, path, body }: SeenMessage): boolean {
  if (!taken) return false;
  const told = read(path, body);
  return told.kind === 'bonus' && told.bonusId === BONUS_ID && told.step === 'granted';
}

function isPaidOut({ read }: Dialect, { taken, path, body }: SeenMessage): boolean {
  if (!taken) return false;
  const told = read(path, body);
  return told.kind === 'payment' && told.type === 'withdrawal' && told.status === 'completed';
}
