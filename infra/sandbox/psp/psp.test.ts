import test from 'ava';
import { isSignedBy } from '../../../shared/http/signature.js';
import { callHttp, callSigned, type Signer } from '../http-call.js';
import { NO_GATEWAY, sandboxInTest } from '../testing/sandbox-in-test.js';
import { jsonOf, type Reaction, scriptedServer } from '../testing/scripted-server.js';
import { temporaryFolder } from '../testing/temporary-folder.js';

const signer: Signer = { idHeader: 'X-Psp-Id', id: 'fake', secret: 'psp-secret' };
const PAYMENT = '1001-0b2f';
const PAGE = `/pay/${PAYMENT}?amount=100.00&currency=EUR&return_url=${encodeURIComponent('https://casino.example.com/?a=1&b=2')}`;
const credited: Reaction = { status: 200, json: { payment_id: PAYMENT, status: 'completed' } };

function submit(psp: string, action: string) {
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  return callHttp({ method: 'POST', url: `${psp}${PAGE}`, headers, body: `action=${action}`, timeoutMs: 5_000 });
}

function complete(psp: string, body?: unknown) {
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  return callHttp({ method: 'POST', url: `${psp}/complete/${PAYMENT}`, ...json, timeoutMs: 5_000 });
}

function payOut(psp: string, order: Record<string, unknown> = {}, by: Signer = signer) {
  const body = JSON.stringify({ payment_id: PAYMENT, amount: '20.00', currency: 'EUR', ...order });
  return callSigned(by, `${psp}/payouts`, body, 5_000);
}

test('the hosted page shows the amount, runs no script and needs none', async (t) => {
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), NO_GATEWAY);
  const response = await fetch(`${urls.psp}${PAGE}`);
  const html = await response.text();
  const policy = response.headers.get('content-security-policy') ?? '';
  t.regex(policy, /default-src 'none'/);
  t.notRegex(policy, /unsafe|script-src/);
  t.regex(html, /<html lang="en">/);
  t.regex(html, /<title>[^<]+<\/title>/);
  t.regex(html, /100\.00 EUR/);
  t.regex(html, /<button type="submit" name="action" value="pay">/);
  t.notRegex(html, /<script|<style|\son[a-z]+=/i);
  const style = await fetch(`${urls.psp}/pay.css`);
  t.deepEqual([style.status, style.headers.get('Content-Type')], [200, 'text/css; charset=utf-8']);
  await style.text();
});

test('nothing that stands in the URL becomes markup', async (t) => {
  const gateway = await scriptedServer(t, () => credited);
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), gateway.url);
  const attack = encodeURIComponent(`"><script>alert(1)</script>`);
  const query = `amount=${attack}&currency=${attack}&return_url=${encodeURIComponent('javascript:alert(1)')}`;
  const url = `${urls.psp}/pay/${attack}?${query}`;
  t.notRegex(await (await fetch(url)).text(), /<script|"><s/);
  const result = await fetch(url, { method: 'POST', body: new URLSearchParams({ action: 'pay' }) });
  t.notRegex(await result.text(), /<script|javascript:/);
});

test('submitting the page sends one signed callback and shows what came of it', async (t) => {
  const gateway = await scriptedServer(t, () => credited);
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), gateway.url);
  const result = await submit(urls.psp, 'pay');
  t.is(result?.status, 200);
  t.regex(String(result?.body), /completed/);
  t.regex(String(result?.body), /href="https:\/\/casino\.example\.com\/\?a=1&amp;b=2"/);
  const [callback] = gateway.received;
  if (callback === undefined) return t.fail('no callback was sent');
  const { payment_id, psp_reference, status, ...rest } = jsonOf(callback);
  t.deepEqual({ payment_id, status, rest }, { payment_id: PAYMENT, status: 'completed', rest: {} });
  t.truthy(psp_reference);
  const { headers, method, url: path, body } = callback;
  const signed = { timestamp: String(headers['x-timestamp']), method, path, body };
  t.is(path, '/psp/v1/callback');
  t.is(headers['x-psp-id'], 'fake');
  t.true(isSignedBy(['psp-secret'], String(headers['x-signature']), signed, Date.now()));
});

test('declining fails the payment; anything else is refused', async (t) => {
  const gateway = await scriptedServer(t, () => ({ status: 200, json: { payment_id: PAYMENT, status: 'failed' } }));
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), gateway.url);
  t.is((await submit(urls.psp, 'steal'))?.status, 400);
  t.regex(String((await submit(urls.psp, 'decline'))?.body), /failed/);
  t.deepEqual(
    gateway.received.map((callback) => jsonOf(callback).status),
    ['failed'],
  );
});

test('completing answers as Croupier does, and says the same again to the same question', async (t) => {
  const conflict = { status: 409, json: { status: 409, code: 'invalid_transition' } };
  const gateway = await scriptedServer(t, (request) => (jsonOf(request).status === 'reversed' ? conflict : credited));
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), gateway.url);
  t.deepEqual(await complete(urls.psp), { status: 200, body: { payment_id: PAYMENT, status: 'completed' } });
  t.is((await complete(urls.psp, {}))?.status, 200);
  t.like(await complete(urls.psp, { status: 'reversed' }), { status: 409, body: conflict.json });
  t.is((await complete(urls.psp, { status: 'stolen' }))?.status, 400);
  const bodies = gateway.received.map((callback) => callback.body.toString());
  t.is(bodies[0], bodies[1]);
});

test('a callback is sent with the same body until there is a final answer', async (t) => {
  const script: Reaction[] = ['cut', { status: 503 }, { status: 429 }];
  const gateway = await scriptedServer(t, (_, number) => script[number - 1] ?? credited);
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), gateway.url);
  t.is((await complete(urls.psp))?.status, 200);
  t.is(gateway.received.length, 4);
  t.is(new Set(gateway.received.map((callback) => callback.body.toString())).size, 1);
});

test('a payout is taken once, signed only, and ends in a callback', async (t) => {
  const gateway = await scriptedServer(t, () => credited);
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), gateway.url);
  t.is((await payOut(urls.psp, {}, { ...signer, secret: 'wrong' }))?.status, 401);
  t.is((await payOut(urls.psp, {}, { ...signer, id: 'other' }))?.status, 401);
  t.is((await payOut(urls.psp, { amount: 20 }))?.status, 400);
  const answers = await Promise.all([payOut(urls.psp), payOut(urls.psp)]);
  t.deepEqual(
    answers.map((answer) => answer?.status),
    [202, 202],
  );
  await gateway.until(1);
  t.like(await payOut(urls.psp, { amount: '21.00' }), { status: 409, body: { code: 'idempotency_conflict' } });
  t.deepEqual(
    gateway.received.map((callback) => jsonOf(callback).status),
    ['completed'],
  );
});

test('payouts can be made to fail or to wait for a hand', async (t) => {
  const gateway = await scriptedServer(t, () => credited);
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), gateway.url);
  const mode = (name: string) =>
    callHttp({
      method: 'PUT',
      url: `${urls.psp}/payouts/mode`,
      body: JSON.stringify({ mode: name }),
      timeoutMs: 5_000,
    });
  t.is((await mode('sulk'))?.status, 400);
  t.deepEqual((await mode('hold'))?.body, { mode: 'hold' });
  t.is((await payOut(urls.psp))?.status, 202);
  await mode('fail');
  await payOut(urls.psp, { payment_id: 'other' });
  await gateway.until(1);
  await complete(urls.psp);
  t.deepEqual(
    gateway.received.map((callback) => [jsonOf(callback).payment_id, jsonOf(callback).status]),
    [
      ['other', 'failed'],
      [PAYMENT, 'completed'],
    ],
  );
});

test('a restarted PSP goes on with what it owes, and knows its payouts', async (t) => {
  const folder = await temporaryFolder(t);
  const away = await sandboxInTest(t, folder, NO_GATEWAY);
  t.is((await payOut(away.urls.psp))?.status, 202);
  await away.stop();

  const gateway = await scriptedServer(t, () => credited);
  const { urls } = await sandboxInTest(t, folder, gateway.url);
  const [callback] = await gateway.until(1);
  t.like(callback && jsonOf(callback), { payment_id: PAYMENT, status: 'completed' });
  t.is((await payOut(urls.psp))?.status, 202);
  t.is((await payOut(urls.psp, { amount: '1.00' }))?.status, 409);
  t.is(gateway.received.length, 1);
});
