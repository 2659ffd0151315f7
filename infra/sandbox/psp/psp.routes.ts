import { setTimeout as wait } from 'node:timers/promises';
import Router from '@koa/router';
import type { Context } from 'koa';
import { z } from 'zod';
import { readRawBody, validate } from '../../../shared/http/json-body.js';
import { malformed, Problem } from '../../../shared/http/problem.js';
import { isSignedBy } from '../../../shared/http/signature.js';
import type { Answer, Signer } from '../http-call.js';
import { parseJsonOrRefuse, readJson } from '../read-json.js';
import { PAY_POLICY, type PageQuery, payPage, resultPage } from './pages.js';
import { PAY_STYLE } from './pay-style.js';
import type { PaymentStatus } from './payment-book.js';
import type { Payments } from './payments.js';

const paymentId = z.string().regex(/^[\x21-\x7e]{1,128}$/);
const completion = z.strictObject({ status: z.enum(['completed', 'failed', 'reversed']).default('completed') });
const payoutOrder = z.strictObject({
  payment_id: paymentId,
  amount: z.string().regex(/^(0|[1-9]\d{0,11})(\.\d+)?$/, 'must be a decimal string'),
  currency: z.string().regex(/^[A-Z]{3}$/),
});
const payoutMode = z.strictObject({ mode: z.enum(['complete', 'fail', 'hold']) });
const pageQuery = z.object({
  amount: z.string().optional(),
  currency: z.string().optional(),
  return_url: z.string().optional(),
});

/** After this long the caller hears that the callback is still owed; it goes on being sent. */
const ANSWER_WITHIN_MS = 10_000;

/** The hosted page, the short way around it, and the payouts that Croupier orders. */
export function pspRoutes(payments: Payments, signer: Signer): Router {
  const router = new Router();
  router.get('/pay.css', (ctx) => {
    ctx.type = 'css';
    ctx.body = PAY_STYLE;
  });
  router.get('/pay/:payment_id', (ctx) => {
    const id = idOf(ctx);
    renderPage(ctx, 200, payPage(id, ctx.url, queryOf(ctx)));
  });
  router.post('/pay/:payment_id', async (ctx) => {
    const id = idOf(ctx);
    const action = new URLSearchParams((await readRawBody(ctx.req)).toString('utf8')).get('action');
    if (action !== 'pay' && action !== 'decline') {
      throw malformed([{ detail: 'must be pay or decline', pointer: '/action' }]);
    }
    const answer = await announceWithin(payments, id, action === 'pay' ? 'completed' : 'failed');
    renderPage(ctx, answer.status, resultPage(id, outcomeOf(answer), queryOf(ctx)));
  });
  router.post('/complete/:payment_id', async (ctx) => {
    const { status } = await readJson(ctx.req, completion);
    const answer = await announceWithin(payments, idOf(ctx), status);
    ctx.status = answer.status;
    ctx.body = answer.body;
    if (answer.status >= 400) ctx.type = 'application/problem+json';
  });
  router.post('/payouts', async (ctx) => {
    const raw = await readRawBody(ctx.req);
    requireSignature(ctx, signer, raw);
    const order = validate(payoutOrder, parseJsonOrRefuse(raw));
    if ((await payments.payOut(order)) === 'conflict') {
      throw new Problem(409, 'idempotency_conflict', 'This payout was ordered with another amount');
    }
    ctx.status = 202;
    ctx.body = { payment_id: order.payment_id, status: 'accepted' };
  });
  router.get('/payouts/mode', (ctx) => {
    ctx.body = { mode: payments.payoutMode() };
  });
  router.put('/payouts/mode', async (ctx) => {
    payments.setPayoutMode((await readJson(ctx.req, payoutMode)).mode);
    ctx.body = { mode: payments.payoutMode() };
  });
  router.get('/callbacks', (ctx) => {
    ctx.body = { owed: payments.owedCount() };
  });
  return router;
}

function idOf(ctx: Context): string {
  return validate(paymentId, ctx.params.payment_id);
}

function queryOf(ctx: Context): PageQuery {
  return validate(pageQuery, { ...ctx.query });
}

async function announceWithin(payments: Payments, id: string, status: PaymentStatus): Promise<Answer> {
  const owed: Answer = { status: 202, body: { payment_id: id, status: 'callback_owed' } };
  const patience = new AbortController();
  const late = wait(ANSWER_WITHIN_MS, owed, { signal: patience.signal }).catch(() => owed);
  try {
    return (await Promise.race([payments.announce(id, status), late])) ?? owed;
  } finally {
    patience.abort();
  }
}

function outcomeOf({ body, status }: Answer): string {
  if (typeof body === 'object' && body !== null) {
    if ('status' in body && typeof body.status === 'string') return body.status;
    if ('title' in body && typeof body.title === 'string') return body.title;
  }
  return `answered with ${status}`;
}

function requireSignature(ctx: Context, signer: Signer, body: Buffer): void {
  const request = { timestamp: ctx.get('X-Timestamp'), method: ctx.method, path: ctx.path, body };
  const isSigned = isSignedBy([signer.secret], ctx.get('X-Signature'), request, Date.now());
  if (ctx.get(signer.idHeader) !== signer.id || !isSigned) {
    throw new Problem(401, 'invalid_signature', 'The signature is missing or wrong');
  }
}

function renderPage(ctx: Context, status: number, html: string): void {
  ctx.status = status;
  ctx.type = 'html';
  ctx.set('Content-Security-Policy', PAY_POLICY);
  ctx.set('X-Content-Type-Options', 'nosniff');
  ctx.set('Cache-Control', 'no-store');
  ctx.body = html;
}
