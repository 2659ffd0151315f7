import { isDeepStrictEqual } from 'node:util';
import { type ExpectedMessage, expectedMessages } from './expected-messages.js';
import type { Ledger } from './ledger.js';
import type { Message } from './run-log.js';
import { type Violation, violation } from './violation.js';

/** Every message arrived, had its effect once, says what its event says, and came first in the stream's order. */
export function checkFastTrack(ledger: Ledger, messages: readonly Message[], origin: string): Violation[] {
  const violations: Violation[] = [];
  const arrivals = byKey(messages);
  const known = new Set<string>();
  for (const playerId of ledger.players.keys()) {
    const expected = expectedMessages(playerId, ledger, origin);
    for (const message of expected) {
      known.add(message.key);
      violations.push(...checkMessage(playerId, message, arrivals.get(message.key) ?? []));
    }
    violations.push(...checkOrder(playerId, expected, arrivals));
  }
  for (const [key, [first]] of arrivals) {
    if (known.has(key) || first === undefined) continue;
    violations.push(violation('stranger', {}, `${first.method} ${first.path} with the key ${key}, message ${first.n}`));
  }
  return violations;
}

function byKey(messages: readonly Message[]): Map<string, Message[]> {
  const arrivals = new Map<string, Message[]>();
  for (const message of messages) {
    const known = arrivals.get(message.key);
    if (known === undefined) arrivals.set(message.key, [message]);
    else known.push(message);
  }
  return arrivals;
}

function checkMessage(playerId: string, expected: ExpectedMessage, arrived: readonly Message[]): Violation[] {
  const { revision, method, path, body, key } = expected;
  const place = { playerId, revision };
  const what = `${method} ${path} with the key ${key}`;
  const violations: Violation[] = [];
  const taken = arrived.filter((message) => message.taken);
  if (taken.length === 0) violations.push(violation('lost', place, `${what}, of ${arrived.length} arrivals`));
  if (taken.length > 1) {
    violations.push(violation('doubled', place, `${what}, as messages ${taken.map(({ n }) => n).join(' and ')}`));
  }
  const altered = arrived.find(
    (message) =>
      message.method !== method ||
      message.path !== path ||
      message.sequence !== String(revision) ||
      !isDeepStrictEqual(message.body, body),
  );
  if (altered !== undefined) {
    const seen = `${altered.method} ${altered.path} ${altered.sequence} ${JSON.stringify(altered.body)}`;
    violations.push(
      violation('altered', place, `${what}: expected ${JSON.stringify(body)}, message ${altered.n} says ${seen}`),
    );
  }
  return violations;
}

/** The first of what came too early; the rest follows from it. */
function checkOrder(
  playerId: string,
  expected: readonly ExpectedMessage[],
  arrivals: ReadonlyMap<string, readonly Message[]>,
): Violation[] {
  const firsts = expected.flatMap((message) => {
    const [first] = arrivals.get(message.key) ?? [];
    return first === undefined ? [] : [{ message, n: first.n }];
  });
  for (const [index, { message, n }] of firsts.entries()) {
    const before = firsts[index - 1];
    if (before === undefined || before.n < n) continue;
    const detail = `${message.path} came as message ${n}, before revision ${before.message.revision} as message ${before.n}`;
    return [violation('order', { playerId, revision: message.revision }, detail)];
  }
  return [];
}
