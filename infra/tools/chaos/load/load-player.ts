import { z } from 'zod';
import type { Consents } from '../../../../shared/events/player-events.js';
import type { Call } from '../checker/run-log.js';
import type { Asked, Client } from './client.js';

/** A player under load, and the calls that are made for it. What the checker has to tell apart is never said twice. */
export type LoadPlayer = {
  readonly email: string;
  /** Undefined until it is registered. */
  id(): string | undefined;
  /** Registers, pays in and opens a game; false when the run ended first. */
  join(): Promise<boolean>;
  logIn(): Promise<void>;
  /** Asks for a deposit and pays it on the PSP's page. */
  deposit(cents?: number): Promise<void>;
  withdraw(): Promise<void>;
  openGame(): Promise<void>;
  changeConsents(): Promise<void>;
  lowerLimit(): Promise<void>;
  /** The back office blocks the player, and lifts the block again. */
  blockAndLift(): Promise<void>;
  creditBonus(amount: string): Promise<void>;
  /** One provider call in the game that is open. */
  play(call: GameCall): Promise<Call>;
};

export type GameCall =
  | { readonly kind: 'bet'; readonly transactionId: string; readonly roundId: string; readonly amount: string }
  | {
      readonly kind: 'win';
      readonly transactionId: string;
      readonly betId: string;
      readonly roundId: string;
      readonly amount: string;
      readonly isLast: boolean;
    }
  | { readonly kind: 'rollback'; readonly transactionId: string; readonly betId: string; readonly roundId: string }
  | {
      readonly kind: 'play';
      readonly transactionId: string;
      readonly winId: string;
      readonly roundId: string;
      readonly bet: string;
      readonly win: string;
    };

const PASSWORD = 'correct horse battery staple';
const CURRENCY = 'EUR';
const GAME = { provider: 'mock', game_id: 'slot_abc' };
/** Far enough away that no block ends by itself while the run lasts. */
const BLOCKED_UNTIL = Date.parse('2099-01-01T00:00:00.000Z');
const FIRST_DEPOSIT_CENTS = 10_000;
const DEPOSIT_CENTS = 3_000;
const WITHDRAWAL_CENTS = 100;
const FIRST_LIMIT_CENTS = 100_000_000;

const signedIn = z.object({ token: z.string() });
const opened = z.object({ session_id: z.string() });
const requested = z.object({ payment_id: z.string() });

export function createLoadPlayer(
  name: string,
  client: Client,
  backofficeApiKey: string,
  operatorApiKey: string,
): LoadPlayer {
  const email = `${name}@example.com`;
  let id: string | undefined;
  let token = '';
  let sessionId = 'none';
  /** Grows with each thing that must differ from the one before it. */
  let count = 0;
  let consentsChanged = 0;

  /** @param key makes the call's retries one call */
  const asPlayer = (key?: string): Asked['as'] => ({
    caller: 'somebody',
    headers: {
      ...(token === '' ? {} : { Authorization: `Bearer ${token}` }),
      ...(key === undefined ? {} : { 'Idempotency-Key': key }),
    },
  });
  const next = () => {
    count += 1;
    return count;
  };
  const nextKey = () => `${name}-key-${next()}`;

  async function register(): Promise<boolean> {
    const person = { first_name: name, last_name: 'Doe', birth_date: '1990-01-31', country: 'SE', currency: CURRENCY };
    const call = await client.call({
      ...{
        wish: { kind: 'register', email },
        playerId: null,
        method: 'POST',
        path: '/players',
        as: asPlayer(nextKey()),
      },
      body: { email, password: PASSWORD, ...person },
    });
    token = signedIn.safeParse(call.answer).data?.token ?? '';
    if (call.outcome === 'acknowledged' && call.playerId !== null) id = call.playerId;
    return id !== undefined;
  }

  function call(request: Omit<Asked, 'playerId'>): Promise<Call> {
    return client.call({ ...request, playerId: id ?? null });
  }

  const player: LoadPlayer = {
    email,
    id: () => id,
    async join() {
      if (!(await register())) return false;
      await player.deposit(FIRST_DEPOSIT_CENTS);
      await player.openGame();
      return true;
    },
    async logIn() {
      const { answer } = await call({
        ...{ wish: { kind: 'login' }, method: 'POST', path: '/login', as: asPlayer(nextKey()) },
        body: { email, password: PASSWORD },
      });
      token = signedIn.safeParse(answer).data?.token ?? token;
    },
    async deposit(cents = DEPOSIT_CENTS) {
      const amount = money(cents + next());
      const { answer, outcome } = await call({
        ...{ wish: { kind: 'deposit', amount }, method: 'POST', path: '/me/deposits', as: asPlayer(nextKey()) },
        body: { amount, currency: CURRENCY, psp: 'fake' },
      });
      const paymentId = requested.safeParse(answer).data?.payment_id;
      if (outcome !== 'acknowledged' || paymentId === undefined) return;
      await call({
        ...{ wish: { kind: 'payment', paymentId }, method: 'POST', path: `/complete/${paymentId}`, body: {} },
        as: { caller: 'payer' },
      });
    },
    async withdraw() {
      const amount = money(WITHDRAWAL_CENTS + next());
      await call({
        ...{ wish: { kind: 'withdrawal', amount }, method: 'POST', path: '/me/withdrawals', as: asPlayer(nextKey()) },
        body: { amount, currency: CURRENCY, psp: 'fake' },
      });
    },
    async openGame() {
      const { answer } = await call({
        ...{
          wish: { kind: 'session' },
          method: 'POST',
          path: '/me/game-sessions',
          as: asPlayer(nextKey()),
          body: GAME,
        },
      });
      sessionId = opened.safeParse(answer).data?.session_id ?? sessionId;
    },
    async changeConsents() {
      consentsChanged += 1;
      const consents = consentsOf(consentsChanged);
      await call({
        ...{
          wish: { kind: 'consents', consents },
          method: 'PUT',
          path: '/me/consents',
          as: asPlayer(),
          body: consents,
        },
      });
    },
    async lowerLimit() {
      const amount = money(FIRST_LIMIT_CENTS - next());
      await call({
        ...{ wish: { kind: 'limit', amount }, method: 'PUT', path: '/me/limits', as: asPlayer() },
        body: { kind: 'wager', period: 'day', amount },
      });
    },
    async blockAndLift() {
      const until = new Date(BLOCKED_UNTIL + next()).toISOString();
      const request = {
        method: 'POST',
        path: `/backoffice/players/${id}/blocks`,
        as: { caller: 'somebody', headers: { 'X-Api-Key': backofficeApiKey } },
      } as const;
      const body = { reason: 'operator', until, active: true };
      const { outcome } = await call({ ...request, wish: { kind: 'block', until }, body });
      if (outcome !== 'acknowledged') return;
      await call({ ...request, wish: { kind: 'lift', until }, body: { reason: 'operator', active: false } });
    },
    async creditBonus(amount) {
      const reference = nextKey();
      await call({
        ...{ wish: { kind: 'bonus', reference }, method: 'POST', path: '/operator/bonus-credit' },
        as: { caller: 'somebody', headers: { 'X-Api-Key': operatorApiKey, 'X-Fasttrack-Id': reference } },
        body: { player_id: id, bonus_id: 'welcome_bonus_50', amount: Number(amount), metadata: {} },
      });
    },
    play(game) {
      const { kind, transactionId } = game;
      return call({
        ...{ wish: { kind, transactionId }, method: 'POST', path: `/provider/v1/${kind}` },
        ...{ as: { caller: 'provider' }, body: gameBody(game, id ?? '', sessionId) },
      });
    },
  };
  return player;
}

function gameBody(game: GameCall, player_id: string, session_id: string): object {
  const { transactionId: transaction_id, roundId: round_id } = game;
  const round = { player_id, session_id, game_id: GAME.game_id, round_id, currency: CURRENCY };
  switch (game.kind) {
    case 'bet':
      return { transaction_id, ...round, amount: game.amount };
    case 'win':
      return {
        ...{ transaction_id, reference_transaction_id: game.betId, ...round, amount: game.amount },
        round_closed: game.isLast,
      };
    case 'rollback':
      return { transaction_id, reference_transaction_id: game.betId, player_id, round_id };
    case 'play':
      return {
        ...{ ...round, round_closed: true },
        bet: { transaction_id, amount: game.bet },
        win: { transaction_id: game.winId, amount: game.win },
      };
  }
}

/** Cents as the wallet writes them. */
export function money(cents: number): string {
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
}

/** 63 combinations, one after the other, never the one that a player begins with. */
function consentsOf(count: number): Consents {
  const bits = 1 + ((count - 1) % 63);
  const has = (bit: number) => ((bits >> bit) & 1) === 1;
  return {
    ...{ email: has(0), sms: has(1), telephone: has(2) },
    ...{ post_mail: has(3), site_notification: has(4), push_notification: has(5) },
  };
}
