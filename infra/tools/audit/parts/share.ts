import { parsePlayerId } from '../../../../shared/ids/ids.js';
import { EMAIL_STREAMS, PLAYER_STREAMS, PROFILE_STREAMS } from '../../../../shared/ids/streams.js';

/**
 * Which streams a reader takes. Streams never depend on each other, so two readers with half of them each find what
 * one would, on two cores. The half is by the last digit: ids are random, and a profile goes with its player.
 */
export type Share =
  | { readonly of: 'all' }
  | { readonly of: 'even' }
  | { readonly of: 'odd' }
  | { readonly of: 'player'; readonly id: string };

export const LEDGER_STREAMS = [PLAYER_STREAMS, PROFILE_STREAMS, EMAIL_STREAMS];

/** For the store, which sends only what matches. Together they match whatever begins as a stream of the ledger does. */
export const SHARE_PATTERNS = {
  all: '^(player|profile|email)-',
  even: '^(player|profile)-.*[02468]$',
  odd: '^(player|profile)-(.*[^02468])?$|^email-',
} as const;

export function isInShare(share: Share, stream: string): boolean {
  if (share.of === 'player')
    return stream === `${PLAYER_STREAMS}${share.id}` || stream === `${PROFILE_STREAMS}${share.id}`;
  return new RegExp(SHARE_PATTERNS[share.of]).test(stream);
}

/** The same, for rows with a `player_id`. */
export function rowsOf(share: Share): string {
  if (share.of === 'all') return 'true';
  if (share.of === 'player') return `player_id = ${checkedId(share.id)}`;
  return share.of === 'even' ? 'player_id % 2 = 0' : 'player_id % 2 <> 0';
}

/** The same, for the players' own rows of `ledger_accounts`. */
export function accountRowsOf(share: Share): string {
  if (share.of === 'player') return `account like 'player:${checkedId(share.id)}:%'`;
  const even = "account ~ '^player:[^:]*[02468]:'";
  if (share.of === 'even') return even;
  return share.of === 'all' ? "account like 'player:%'" : `account like 'player:%' and not ${even}`;
}

/** It becomes part of a statement. */
function checkedId(id: string): string {
  const playerId = parsePlayerId(id);
  if (playerId === undefined) throw new Error(`${JSON.stringify(id)} is no player id`);
  return playerId;
}
