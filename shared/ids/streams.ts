import { type PlayerId, parsePlayerId } from './ids.js';

export const PLAYER_STREAMS = 'player-';
export const PROFILE_STREAMS = 'profile-';
export const EMAIL_STREAMS = 'email-';

/** The bonus templates that were ever offered: one stream for all. */
export const CATALOGUE_STREAM = 'catalogue-bonuses';

/** Everything that moves money, gates it or is told to Fast Track. */
export function playerStream(playerId: PlayerId): string {
  return `${PLAYER_STREAMS}${playerId}`;
}

/** Personal data and nothing else. */
export function profileStream(playerId: PlayerId): string {
  return `${PROFILE_STREAMS}${playerId}`;
}

/** Who holds an e-mail address, and the credential; named by a keyed hash, never by the address. */
export function emailStream(emailHash: string): string {
  return `${EMAIL_STREAMS}${emailHash}`;
}

/** The player of a `player-*` or `profile-*` stream. @throws when the name is neither: the store's filter let it through. */
export function playerIdOf(stream: string): PlayerId {
  const prefix = [PLAYER_STREAMS, PROFILE_STREAMS].find((each) => stream.startsWith(each));
  const playerId = prefix === undefined ? undefined : parsePlayerId(stream.slice(prefix.length));
  if (playerId === undefined) throw new Error(`stream ${stream} names no player`);
  return playerId;
}
