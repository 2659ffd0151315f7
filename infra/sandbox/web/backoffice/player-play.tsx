import { dayAndTime, money } from '../design/format.js';
import { Badge, Panel } from '../design/parts.js';
import type { GameSession, Round } from './answers.js';
import { PagedTable } from './lists.js';
import type { PlayerPart } from './player-part.js';
import { type PageOf, usePages } from './use-pages.js';
import { inWords } from './words.js';

type Sessions = { readonly game_sessions: readonly GameSession[]; readonly next_before: string | null };
type Rounds = { readonly rounds: readonly Round[]; readonly next_before: string | null };

export function PlayerPlay({ player: { player_id: id } }: PlayerPart) {
  const sessions = usePages<Sessions, GameSession>(
    `/players/${id}/game-sessions?limit=10`,
    'before',
    ({ game_sessions: rows, next_before: next }): PageOf<GameSession> => ({ rows, next }),
  );
  const rounds = usePages<Rounds, Round>(
    `/players/${id}/rounds?limit=25`,
    'before',
    ({ rounds: rows, next_before: next }): PageOf<Round> => ({ rows, next }),
  );
  // A round whose bets lie on two pages came with both.
  const once = { ...rounds, rows: rounds.rows && [...new Map(rounds.rows.map((row) => [keyOf(row), row])).values()] };
  return (
    <div class="stack">
      <Panel title="Game sessions">
        <PagedTable
          label="Game sessions"
          pages={sessions}
          head={[
            'Game',
            'Started',
            'Ended',
            { number: 'Bets' },
            { number: 'Staked' },
            { number: 'Won' },
            { number: 'Net' },
          ]}
          empty="The player has opened no game."
          row={(session) => (
            <tr key={session.session_id}>
              <td>
                <strong>{session.game_id}</strong>
                <p class="small muted">{session.provider}</p>
              </td>
              <td>{dayAndTime(session.started_at)}</td>
              <td>
                {session.ended_at === null ? <Badge tone="accent">Open</Badge> : dayAndTime(session.ended_at)}
                {session.end_reason !== null && <p class="small muted">{inWords(session.end_reason)}</p>}
              </td>
              <td class="number">{session.bets}</td>
              <td class="number">{money(session.staked, session.currency)}</td>
              <td class="number">{money(session.won, session.currency)}</td>
              <td class="number amount">{money(session.net, session.currency)}</td>
            </tr>
          )}
        />
      </Panel>
      <Panel title="Rounds" aside={<span class="small muted">Of the newest bets</span>}>
        <PagedTable
          label="Rounds"
          pages={once}
          head={[
            'Round',
            'First bet',
            'State',
            { number: 'Bets' },
            { number: 'Wins' },
            { number: 'Rolled back' },
            { number: 'Staked' },
            { number: 'Won' },
          ]}
          empty="The player has not played yet."
          row={(round) => (
            <tr key={keyOf(round)}>
              <td>
                <span class="mono">{round.round_id}</span>
                <p class="small muted">
                  {round.game_id}, {round.provider}
                </p>
              </td>
              <td>{dayAndTime(round.first_bet_at)}</td>
              <td>
                <Badge tone={round.is_open ? 'accent' : undefined}>{round.is_open ? 'Open' : 'Over'}</Badge>
              </td>
              <td class="number">{round.bets}</td>
              <td class="number">{round.wins}</td>
              <td class="number">{round.rolled_back}</td>
              <td class="number">{money(round.staked, round.currency)}</td>
              <td class="number amount">{money(round.won, round.currency)}</td>
            </tr>
          )}
        />
      </Panel>
    </div>
  );
}

function keyOf({ provider, round_id }: Round): string {
  return `${provider} ${round_id}`;
}
