import { money } from '../design/format.js';
import { Badge, Notice } from '../design/parts.js';
import type { Player } from './answers.js';
import { PlayerAbout } from './player-about.js';
import { PlayerBonuses } from './player-bonuses.js';
import { PlayerDeliveries } from './player-deliveries.js';
import { PlayerLedger } from './player-ledger.js';
import { PlayerPayments } from './player-payments.js';
import { PlayerPlay } from './player-play.js';
import { type Answer, useAnswer } from './use-answer.js';
import { BLOCKS, nameOf } from './words.js';

const EVERY_MS = 5_000;

const PARTS = [
  { name: '', label: 'About' },
  { name: 'ledger', label: 'Ledger' },
  { name: 'bonuses', label: 'Bonuses' },
  { name: 'payments', label: 'Payments' },
  { name: 'play', label: 'Sessions and rounds' },
  { name: 'deliveries', label: 'Deliveries' },
] as const;

/** A player whole; `part` is which of its lists is open. */
export function PlayerPage({ id, part }: { readonly id: string; readonly part: string }) {
  const answer = useAnswer<Player>(`/players/${encodeURIComponent(id)}`, EVERY_MS);
  const player = answer.value;
  return (
    <div class="stack">
      <p class="small">
        <a href="#/">All players</a>
      </p>
      {answer.fault !== undefined && <Notice tone="bad">{answer.fault}</Notice>}
      {player === undefined && answer.fault === undefined && <p class="muted">Loading …</p>}
      {player !== undefined && (
        <>
          <Heading player={player} />
          <nav class="tabs" aria-label="About this player">
            {PARTS.map(({ name, label }) => (
              <a
                key={name}
                href={`#/players/${player.player_id}${name === '' ? '' : `/${name}`}`}
                aria-current={name === part ? 'page' : undefined}
              >
                {label}
              </a>
            ))}
          </nav>
          <Part part={part} player={player} answer={answer} />
        </>
      )}
    </div>
  );
}

function Heading({ player }: { readonly player: Player }) {
  const { balance, profile, blocks } = player;
  return (
    <>
      <div class="row">
        <h1>{profile === null ? 'A player whose person is not known' : nameOf(personOf(profile))}</h1>
        <span class="mono muted">{player.player_id}</span>
        {player.forgotten_at !== null && <Badge>Forgotten</Badge>}
        {blocks.map(({ reason }) => (
          <Badge key={reason} tone="bad">
            Blocked: {BLOCKS[reason]}
          </Badge>
        ))}
      </div>
      {balance !== undefined && (
        <dl class="figures">
          {(
            [
              ['Cash', balance.cash],
              ['Bonus', balance.bonus],
              ['Held for withdrawal', balance.withdrawal],
            ] as const
          ).map(([name, amount]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd class="figure">{money(amount, balance.currency)}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}

function Part({
  part,
  player,
  answer: { again },
}: {
  readonly part: string;
  readonly player: Player;
  readonly answer: Answer<Player>;
}) {
  switch (part) {
    case 'ledger':
      return <PlayerLedger player={player} again={again} />;
    case 'bonuses':
      return <PlayerBonuses player={player} again={again} />;
    case 'payments':
      return <PlayerPayments player={player} again={again} />;
    case 'play':
      return <PlayerPlay player={player} again={again} />;
    case 'deliveries':
      return <PlayerDeliveries player={player} again={again} />;
    default:
      return <PlayerAbout player={player} again={again} />;
  }
}

function personOf(profile: { readonly [field: string]: string }) {
  return { first_name: profile.first_name ?? null, last_name: profile.last_name ?? null };
}
