import type { Ledger } from './ledger.js';
import type { Balance, Head, Lane } from './run-log.js';
import { type Violation, violation } from './violation.js';

type Rows = { readonly heads: readonly Head[]; readonly balances: readonly Balance[]; readonly lanes: readonly Lane[] };

/** After everything has come to rest: each player's head, balances and lane are where the stream ends. */
export function checkRows(ledger: Ledger, rows: Rows): Violation[] {
  const heads = new Map(rows.heads.map((row) => [row.playerId, row]));
  const balances = new Map(rows.balances.map((row) => [row.playerId, row]));
  const lanes = new Map(rows.lanes.map((row) => [row.playerId, row]));
  const violations: Violation[] = [];
  for (const [playerId, events] of ledger.players) {
    const last = events.at(-1);
    if (last === undefined) continue;
    const place = { playerId, revision: last.revision };

    const head = heads.get(playerId);
    if (head?.revision !== last.revision || head.hash !== last.metadata.hash) {
      violations.push(violation('read_model', place, `the head is ${JSON.stringify(head ?? null)}`));
    }
    const told = events.findLast(({ data }) => 'balances' in data)?.data;
    const balance = balances.get(playerId);
    const isRight = (name: 'cash' | 'bonus' | 'withdrawal') =>
      Number(balance?.[name]) === (told !== undefined && 'balances' in told ? Number(told.balances[name]) : 0);
    if (balance === undefined || !isRight('cash') || !isRight('bonus') || !isRight('withdrawal')) {
      violations.push(violation('read_model', place, `the balances are ${JSON.stringify(balance ?? null)}`));
    }
    violations.push(...checkLane(place, lanes.get(playerId)));
  }
  for (const playerId of new Set([...heads.keys(), ...balances.keys(), ...lanes.keys()])) {
    if (ledger.players.has(playerId)) continue;
    violations.push(violation('read_model', { playerId }, 'the player is not in the store'));
  }
  return violations;
}

function checkLane(place: { playerId: string; revision: number }, lane: Lane | undefined): Violation[] {
  if (lane === undefined) return [violation('lane', place, 'there is no lane')];
  const { taken, delivered, parkedReason } = lane;
  if (parkedReason !== null) {
    return [violation('lane', { ...place, revision: delivered + 1 }, `parked: ${parkedReason}`)];
  }
  if (taken === place.revision && delivered === place.revision) return [];
  return [violation('lane', place, `taken up to ${taken}, delivered up to ${delivered}`)];
}
