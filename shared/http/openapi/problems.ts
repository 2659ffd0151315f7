import { PROBLEM_STATUS, type ProblemCode } from '../problem.js';
import type { JsonSchema } from './json-schema.js';

const text = { type: 'string' };
const texts = { type: 'array', items: text };
const amount = { type: 'string' };
const purse = { cash: amount, bonus: amount, currency: text };

/** What a problem of this code says besides what all of them say; all of it may be missing. */
const MEMBERS: { readonly [code in ProblemCode]?: { readonly [member: string]: JsonSchema } } = {
  malformed: {
    errors: {
      type: 'array',
      items: closed({ detail: text, pointer: { ...text, description: 'A JSON pointer (RFC 6901) into the request.' } }),
    },
  },
  player_has_funds: {
    reasons: texts,
    balance: { type: 'object', additionalProperties: amount },
    open_payments: { type: 'integer' },
  },
  insufficient_funds: { balance: closed(purse) },
  currency_mismatch: { expected: text },
  player_blocked: { reasons: texts },
  limit_exceeded: { kind: text, period: text, limit: amount, remaining: amount, currency: text },
  bonus_bet_limit_exceeded: { max_bet: amount, currency: text },
  unavailable: { missing: texts, role: text },
};

/** A closed object; all of `properties` are required. */
function closed(properties: { readonly [member: string]: JsonSchema }): JsonSchema {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

/** RFC 9457: the body of every refusal, with its code. */
export function problemSchema(code: ProblemCode): JsonSchema {
  return {
    type: 'object',
    properties: {
      type: { const: `urn:croupier:problem:${code}` },
      title: text,
      status: { const: PROBLEM_STATUS[code] },
      code: { const: code },
      detail: text,
      ...MEMBERS[code],
    },
    required: ['type', 'title', 'status', 'code'],
    additionalProperties: false,
  };
}

export function problemComponent(code: ProblemCode): string {
  return `problem_${code}`;
}
