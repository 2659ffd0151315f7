import type { Context } from 'koa';
import { holderOf } from '../../../shared/http/api-key.js';
import { validate } from '../../../shared/http/json-body.js';
import { malformed, Problem, unauthorized } from '../../../shared/http/problem.js';
import type { MessageRoute } from './profile.js';

/** Who may send: the holder of one key, shown in a header whose name differs from client to client. */
export type Sender = { readonly keyHeader: string; readonly keySha256: string };

const NOT_JSON = Symbol('not JSON');

/** The body as a value and as the text that was sent, so that an amount is kept digit for digit. */
export function parseBody(raw: Buffer): { readonly body: unknown; readonly json: string } {
  const text = raw.toString('utf8');
  try {
    return { body: JSON.parse(text) as unknown, json: text };
  } catch {
    return { body: NOT_JSON, json: 'null' };
  }
}

/** What a sender did wrong, if anything: key, route, headers, then body. */
export function whatIsWrong(
  ctx: Context,
  sender: Sender,
  route: MessageRoute | undefined,
  body: unknown,
): Problem | undefined {
  const holder = [{ id: 'operator', sha256: sender.keySha256 }];
  if (holderOf(holder, ctx.get(sender.keyHeader)) === undefined) return unauthorized();
  if (route === undefined) return new Problem(404, 'not_found', 'This profile has no such message');
  if (!/^[\x21-\x7e]{1,128}$/.test(ctx.get('Idempotency-Key'))) return wrongHeader('Idempotency-Key');
  if (!/^\d{1,16}$/.test(ctx.get('X-Sequence'))) return wrongHeader('X-Sequence');
  if (body === NOT_JSON) return malformed([{ detail: 'the body is not JSON', pointer: '' }]);
  try {
    validate(route.schema, body);
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

function wrongHeader(name: string): Problem {
  return malformed([{ detail: `the header ${name} is missing or unusable`, pointer: '' }]);
}
