import { z } from 'zod';
import type { ReadyInfo } from '../../embedded/ready.js';
import { ask } from './api.js';
import type { DemoPlayer } from './player.js';

/** What the provider answered for one round: all that the demo's own arithmetic is made of. */
export type PlayedRound = { readonly mode: 'bet_and_win' | 'play'; readonly stake: string; readonly win: string };

export type PlayedSession = { readonly sessionId: string; readonly rounds: readonly PlayedRound[] };

const spun = z.object({ round_id: z.string(), stake: z.string(), win: z.string() });
const opened = z.object({ session_id: z.string() });

const GAME_ID = 'slot_abc';
const STAKE = '1.00';
/** Every fifth round is one `play` call instead of a bet and a win. */
const PLAY_EVERY = 5;

/** Opens a game session, plays so many rounds with known reels, and ends it. */
export async function playSession(
  { gateway, provider }: ReadyInfo,
  { id, token }: DemoPlayer,
  rounds: { readonly count: number; readonly firstSeed: number },
): Promise<PlayedSession> {
  const url = `${gateway}/me/game-sessions`;
  const json = { provider: 'mock', game_id: GAME_ID };
  const { session_id } = await ask(opened, { method: 'POST', url, token, json });
  const played: PlayedRound[] = [];
  for (let number = 1; number <= rounds.count; number += 1) {
    const mode = number % PLAY_EVERY === 0 ? 'play' : 'bet_and_win';
    const seed = rounds.firstSeed + number;
    const { stake, win } = await ask(spun, {
      method: 'POST',
      url: `${provider}/games/${GAME_ID}/spin`,
      json: { player_id: id, session_id, stake: STAKE, currency: 'EUR', mode, seed },
    });
    played.push({ mode, stake, win });
  }
  await ask(z.unknown(), { method: 'DELETE', url: `${url}/${session_id}`, token });
  return { sessionId: session_id, rounds: played };
}
