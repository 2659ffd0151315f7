import { randomUUID } from 'node:crypto';
import type { Context } from 'koa';
import { z } from 'zod';
import { blockReason, limitKind, limitPeriod } from '../../../shared/events/player-events.js';
import { anyone, playerAccess } from '../../../shared/http/access.js';
import { addressOf, type Networks } from '../../../shared/http/caller-address.js';
import { issuePlayerToken, type PlayerLogin, type PlayerTokenKey } from '../../../shared/http/player-token.js';
import { malformed, unauthorized } from '../../../shared/http/problem.js';
import { createRoutes, type Routes } from '../../../shared/http/routes.js';
import { type PlayerId, uuidV5 } from '../../../shared/ids/ids.js';
import type { CommandMetrics } from '../metrics.js';
import { changeConsents, logIn, logOut, markDetailsChanged, placeBlock } from '../player/account.js';
import { endBonus } from '../player/bonuses.js';
import { endGameSession, startGameSession } from '../player/game-sessions.js';
import { setLimit } from '../player/limits.js';
import { requestDeposit, requestWithdrawal, stopWithdrawal } from '../player/payments.js';
import type { Payouts } from '../runtime/payouts.js';
import type { Players } from '../runtime/players.js';
import type { Profiles } from '../runtime/profiles.js';
import type { Registrar } from '../runtime/registration.js';
import {
  blockAnswer,
  bonusAnswer,
  consentsAnswer,
  depositAnswer,
  detailsAnswer,
  limitAnswer,
  loginAnswer,
  paymentAnswer,
  sessionAnswer,
  sessionEndAnswer,
} from './answers.js';
import { amountField, callerIdField, currencyField, newPasswordField, positiveAmountOf } from './fields.js';
import type { LoginThrottle } from './login-throttle.js';
import { ownDecisions, unlessGone } from './own-decisions.js';
import { acceptedOf, answerOf, type Clock, callerOf, contextOf, markReplay, orUnavailable } from './requests.js';

const text = z.string().trim().min(1).max(200);
const birthDate = z.iso.date();
const country = z.string().regex(/^[A-Z]{2}$/, 'must be an ISO 3166 alpha-2 code');

const registerBody = z.strictObject({
  email: z.email().max(254),
  password: newPasswordField,
  first_name: text,
  last_name: text,
  birth_date: birthDate,
  country,
  currency: currencyField,
  phone: text.optional(),
  address: text.optional(),
});
const loginBody = z.strictObject({ email: z.string().max(254), password: z.string().max(200) });
const detailsBody = z
  .strictObject({ first_name: text, last_name: text, birth_date: birthDate, country, phone: text, address: text })
  .partial();
const consentsBody = z
  .strictObject({
    email: z.boolean(),
    sms: z.boolean(),
    telephone: z.boolean(),
    post_mail: z.boolean(),
    site_notification: z.boolean(),
    push_notification: z.boolean(),
  })
  .partial();
const blockBody = z.discriminatedUnion('reason', [
  z.strictObject({ reason: z.literal(blockReason.enum.timeout), until: z.iso.datetime({ offset: true }) }),
  // Without an end: the back office alone lifts it.
  z.strictObject({ reason: z.literal(blockReason.enum.self_exclusion) }),
]);
const limitBody = z.strictObject({ kind: limitKind, period: limitPeriod, amount: amountField.nullable() });
const paymentBody = z.strictObject({ amount: amountField, currency: currencyField, psp: callerIdField });
const sessionBody = z.strictObject({ provider: callerIdField, game_id: callerIdField });

/** Ids made from a caller's `Idempotency-Key` live in this namespace: the same key is the same payment or session. */
const KEY_NAMESPACE = 'b7a2a3fe-6f0b-5f5e-8d2c-3c1f4a7e9d10';

export type PlayerRoutes = {
  readonly players: Players;
  readonly profiles: Profiles;
  readonly registrar: Registrar;
  readonly payouts: Payouts;
  readonly tokenKey: PlayerTokenKey;
  readonly psps: readonly { readonly id: string; readonly url: string }[];
  readonly metrics: CommandMetrics;
  readonly clock: Clock;
  readonly loginThrottle: LoginThrottle;
  /** Ours: what they say of where a request comes from is believed. */
  readonly proxies: Networks;
};

/** What players do for themselves. */
export function playerRoutes({
  players,
  profiles,
  registrar,
  payouts,
  tokenKey,
  psps,
  metrics,
  clock,
  loginThrottle,
  proxies,
}: PlayerRoutes): readonly Routes[] {
  const around = [metrics.countOutcomes];
  const open = createRoutes({ tag: 'player', access: anyone, around });
  const own = createRoutes({ tag: 'player', access: playerAccess(tokenKey, clock.nowMs), around });
  const decided = ownDecisions(players, clock);

  open.post(
    '/players',
    {
      summary: 'Registers; the answer is the first login',
      body: registerBody,
      headers: ['Idempotency-Key'],
      answers: { 201: loginAnswer },
      problems: ['email_taken', 'unauthorized', 'idempotency_conflict'],
    },
    async (ctx, { body: { password, phone = '', address = '', ...person } }) => {
      const profile = {
        ...person,
        phone,
        address,
        ip_address: addressOf(ctx.req, proxies),
        user_agent: ctx.get('User-Agent').slice(0, 500),
      };
      // Who that is, the registrar knows first.
      const context = contextOf(ctx, 'player', clock);
      const registration = { profile, password, idempotencyKey: idempotencyKeyOf(ctx) ?? null, caller: callerOf(ctx) };
      const { playerId, passwordRevision, position } = acceptedOf(
        await orUnavailable(registrar.register(registration, context)),
      );
      if (position !== undefined) ctx.set('X-Position', String(position));
      markReplay(ctx);
      ctx.status = 201;
      ctx.body = { player_id: playerId, token: await tokenFor({ playerId, loginId: randomUUID(), passwordRevision }) };
    },
  );

  open.post(
    '/login',
    {
      summary: 'Logs in',
      description:
        'Ten wrong passwords of an account from one place in a minute, or sixty from anywhere, are followed by a wait.',
      body: loginBody,
      headers: ['Idempotency-Key'],
      answers: { 200: loginAnswer },
      problems: ['unauthorized', 'rate_limited'],
    },
    async (ctx, { body: { email, password } }) => {
      loginThrottle.assertMayTry(ctx, email);
      const identified = await orUnavailable(registrar.playerOf(email, password, callerOf(ctx)));
      if (identified === undefined) {
        loginThrottle.failed(ctx, email);
        throw unauthorized();
      }
      loginThrottle.succeeded(ctx, email);
      const { playerId, passwordRevision } = identified;
      const ids = { loginId: idFor(ctx, playerId, 'login'), otherLoginId: randomUUID(), passwordRevision };
      const context = contextOf(ctx, `player:${playerId}`, clock);
      const { loginId } = await answerOf(
        ctx,
        players.decide(playerId, context, (player) => logIn(player, ids)).then(unlessGone),
      );
      markReplay(ctx);
      ctx.body = { player_id: playerId, token: await tokenFor({ playerId, loginId, passwordRevision }) };
    },
  );

  own.post(
    '/logout',
    {
      summary: 'Logs out: the token is no longer good',

      answers: { 204: null },
    },
    async (ctx, { caller: login }) => {
      await decided(ctx, login, (player) => logOut(player, login.loginId));
      ctx.status = 204;
    },
  );

  own.put(
    '/me',
    {
      summary: 'Changes details; those that are not named stay',
      body: detailsBody,
      answers: { 200: detailsAnswer },
    },
    async (ctx, { caller: login, body: change }) => {
      await decided(ctx, login, () => ({ ok: true, events: [], answer: 'logged in' }));
      const context = contextOf(ctx, `player:${login.playerId}`, clock);
      // The data first, then its marker: whoever hears of the change finds the new data.
      const revision = await orUnavailable(profiles.change(login.playerId, change, context));
      // Forgotten just now.
      if (revision === undefined) throw unauthorized();
      await decided(ctx, login, (player) => markDetailsChanged(player, revision));
      ctx.body = { player_id: login.playerId, status: 'changed' };
    },
  );

  own.put(
    '/me/consents',
    {
      summary: 'Gives or withdraws consents; those that are not named stay',
      body: consentsBody,
      answers: { 200: consentsAnswer },
    },
    async (ctx, { caller: login, body: change }) => {
      ctx.body = await decided(ctx, login, (player) => changeConsents(player, withoutUndefined(change)));
    },
  );

  own.post(
    '/me/blocks',
    {
      summary: 'Blocks oneself; it may be lengthened, never shortened',
      body: blockBody,
      answers: { 201: blockAnswer },
      problems: ['invalid_transition'],
    },
    async (ctx, { caller: login, body: block }) => {
      const until = untilOf('until' in block ? block.until : undefined, clock);
      ctx.body = await decided(ctx, login, (player) => placeBlock(player, { reason: block.reason, until }));
      ctx.status = 201;
    },
  );

  own.put(
    '/me/limits',
    {
      summary: 'Sets a limit: a lower one at once, a higher one or none (null) after 24 hours',
      body: limitBody,
      answers: { 200: limitAnswer },
      problems: ['invalid_amount'],
    },
    async (ctx, { caller: login, body: request }) => {
      const { pending, ...limit } = await decided(ctx, login, (player) => setLimit(player, request));
      const later = pending === null ? null : { amount: pending.amount, effective_at: pending.effectiveAt };
      ctx.body = { ...limit, pending: later };
    },
  );

  own.post(
    '/me/deposits',
    {
      summary: 'Asks to pay in; the player pays at `redirect_url`',
      body: paymentBody,
      headers: ['Idempotency-Key'],
      answers: { 201: depositAnswer },
      problems: ['idempotency_conflict', 'currency_mismatch', 'player_blocked', 'limit_exceeded', 'invalid_amount'],
    },
    async (ctx, { caller: login, body: { amount, currency, psp } }) => {
      const { url } = pspOf(psp);
      const paymentId = paymentIdFor(ctx, login.playerId, 'deposit');
      const request = { paymentId, psp, amount: positiveAmountOf(amount, currency), currency };
      const { status } = await decided(ctx, login, (player) => requestDeposit(player, request));
      const page = new URL(`pay/${paymentId}`, url.endsWith('/') ? url : `${url}/`);
      page.search = new URLSearchParams({ amount: request.amount, currency }).toString();
      markReplay(ctx);
      ctx.status = 201;
      ctx.body = { payment_id: paymentId, status, redirect_url: page.toString() };
    },
  );

  own.post(
    '/me/withdrawals',
    {
      summary: 'Asks to be paid out; the money is held at once',
      body: paymentBody,
      headers: ['Idempotency-Key'],
      answers: { 201: paymentAnswer },
      problems: ['idempotency_conflict', 'currency_mismatch', 'insufficient_funds', 'invalid_amount'],
    },
    async (ctx, { caller: login, body: { amount, currency, psp } }) => {
      pspOf(psp);
      const paymentId = paymentIdFor(ctx, login.playerId, 'withdrawal');
      const request = { paymentId, psp, amount: positiveAmountOf(amount, currency), currency };
      const { status } = await decided(ctx, login, (player) => requestWithdrawal(player, request));
      payouts.wake();
      markReplay(ctx);
      ctx.status = 201;
      ctx.body = { payment_id: paymentId, status };
    },
  );

  own.delete(
    '/me/withdrawals/:payment_id',
    {
      summary: 'Cancels a withdrawal that nobody has approved',

      answers: { 200: paymentAnswer },
      problems: ['not_found', 'invalid_transition'],
    },
    async (ctx, { caller: login }) => {
      const { payment_id: paymentId = '' } = ctx.params;
      const { status } = await decided(ctx, login, (player) => stopWithdrawal(player, paymentId, 'cancelled'));
      ctx.body = { payment_id: paymentId, status };
    },
  );

  own.post(
    '/me/game-sessions',
    {
      summary: 'Opens a game',
      body: sessionBody,
      headers: ['Idempotency-Key'],
      answers: { 201: sessionAnswer },
      problems: ['not_found', 'idempotency_conflict', 'player_blocked'],
    },
    async (ctx, { caller: login, body: { provider, game_id: gameId } }) => {
      const sessionId = idFor(ctx, login.playerId, 'game-session');
      const session = await decided(ctx, login, (player) => startGameSession(player, { sessionId, gameId, provider }));
      markReplay(ctx);
      ctx.status = 201;
      ctx.body = {
        session_id: sessionId,
        player_id: login.playerId,
        game_id: session.gameId,
        provider: session.provider,
        started_at: session.startedAt,
      };
    },
  );

  own.delete(
    '/me/game-sessions/:session_id',
    {
      summary: 'Leaves a game',

      answers: { 200: sessionEndAnswer },
      problems: ['session_not_found'],
    },
    async (ctx, { caller: login }) => {
      const { session_id: sessionId = '' } = ctx.params;
      const { status } = await decided(ctx, login, (player) => endGameSession(player, sessionId));
      ctx.body = { session_id: sessionId, status };
    },
  );

  own.delete(
    '/me/bonuses/:user_bonus_id',
    {
      summary: 'Gives up a bonus',

      answers: { 200: bonusAnswer },
      problems: ['not_found', 'invalid_transition'],
    },
    async (ctx, { caller: login }) => {
      const { user_bonus_id: userBonusId = '' } = ctx.params;
      const { status } = await decided(ctx, login, (player) => endBonus(player, userBonusId, 'player'));
      ctx.body = { user_bonus_id: userBonusId, status };
    },
  );

  return [open, own];

  function tokenFor(login: PlayerLogin): Promise<string> {
    return issuePlayerToken(tokenKey, login, clock.nowMs());
  }

  function pspOf(id: string): { readonly url: string } {
    const psp = psps.find((candidate) => candidate.id === id);
    if (psp === undefined) throw malformed([{ detail: 'there is no such PSP', pointer: '/psp' }]);
    return psp;
  }
}

/** A later end would be written with a sign and six digits of year, and moments are compared as text. */
const UNTIL_MAX_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** The block's end in our form. @throws Problem 400 when it has passed, or is after the year 9999. */
export function untilOf(until: string | undefined, clock: Clock): string | null {
  if (until === undefined) return null;
  const end = new Date(until);
  const isNear = end.getTime() > clock.nowMs() && end.getTime() <= UNTIL_MAX_MS;
  if (!isNear) throw malformed([{ detail: 'must be in the future, before the year 10000', pointer: '/until' }]);
  return end.toISOString();
}

/** @throws Problem 400 when the header is there but is no key. */
export function idempotencyKeyOf(ctx: Context): string | undefined {
  const key = ctx.get('Idempotency-Key');
  if (key === '') return undefined;
  if (key.length > 255) throw malformed([{ detail: 'Idempotency-Key is longer than 255', pointer: '' }]);
  return key;
}

/** The same key of the same player for the same thing is the same id; without a key it is a new one. */
function idFor(ctx: Context, playerId: PlayerId, thing: string): string {
  const key = idempotencyKeyOf(ctx);
  return key === undefined ? randomUUID() : uuidV5(KEY_NAMESPACE, `${playerId} ${thing} ${key}`);
}

function paymentIdFor(ctx: Context, playerId: PlayerId, kind: string): string {
  return `${playerId}-${idFor(ctx, playerId, kind)}`;
}

function withoutUndefined<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  // What is left out is not there: `exactOptionalPropertyTypes` is about the type only.
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as never;
}
