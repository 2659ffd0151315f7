import { callHttp } from '../../sandbox/http-call.js';
import type { Options } from './options.js';
import type { PlayRound } from './validate.js';

/** A round may wait for all of its repeats before it is answered. */
const TRIGGER_TIMEOUT_MS = 60_000;
const ANSWER_SHOWN_MAX = 300;

/** Asks the provider's own system for a round. */
export function httpTrigger(
  { url, body }: { readonly url: string; readonly body: string },
  options: Pick<Options, 'gameId' | 'stake' | 'currency'>,
): PlayRound {
  return async ({ playerId, sessionId }) => {
    const { gameId, stake, currency } = options;
    const known = { player_id: playerId, session_id: sessionId, game_id: gameId, stake, currency };
    const answer = await callHttp({
      method: 'POST',
      url: filled(url, known, encodeURIComponent),
      // As part of a JSON string, which is where the template has it.
      body: filled(body, known, (value) => JSON.stringify(value).slice(1, -1)),
      timeoutMs: TRIGGER_TIMEOUT_MS,
    });
    if (answer === undefined) return 'none';
    const said = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
    return `${answer.status} ${said.slice(0, ANSWER_SHOWN_MAX)}`;
  };
}

function filled(
  template: string,
  known: { readonly [name: string]: string },
  quoted: (value: string) => string,
): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = Object.hasOwn(known, name) ? known[name] : undefined;
    return value === undefined ? whole : quoted(value);
  });
}
