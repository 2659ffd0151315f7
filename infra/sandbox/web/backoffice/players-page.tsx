import { signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import { day } from '../design/format.js';
import { Badge, Field, Panel, Select } from '../design/parts.js';
import type { FoundPlayer } from './answers.js';
import { PagedTable } from './lists.js';
import { usePages } from './use-pages.js';
import { BLOCKS, nameOf } from './words.js';

type Search = { readonly who: string; readonly block: string };
type Found = { readonly players: readonly FoundPlayer[]; readonly next_after: string | null };

// Kept here and not in the address: what is in an address stays in the browser's history, and this may be an e-mail.
const searched = signal<Search>({ who: '', block: '' });

const BLOCK_CHOICES = [
  { value: '', label: 'Anybody' },
  { value: 'any', label: 'Any block' },
  ...Object.entries(BLOCKS).map(([value, label]) => ({ value, label })),
];

export function PlayersPage() {
  const [who, setWho] = useState(searched.value.who);
  const [block, setBlock] = useState(searched.value.block);
  const fault = faultOf(who.trim());
  return (
    <div class="stack">
      <h1>Players</h1>
      <Panel title="Find a player">
        <form
          class="fields search"
          onSubmit={(event) => {
            event.preventDefault();
            if (fault === undefined) searched.value = { who: who.trim(), block };
          }}
        >
          <Field
            label="Player id or e-mail address"
            hint="A whole address, in any case"
            fault={fault}
            value={who}
            onValue={setWho}
            name="who"
            type="search"
          />
          <Select label="Blocked" value={block} choices={BLOCK_CHOICES} onValue={setBlock} />
          <button class="button" type="submit">
            Search
          </button>
        </form>
        <FoundPlayers search={searched.value} />
      </Panel>
    </div>
  );
}

function FoundPlayers({ search }: { readonly search: Search }) {
  const players = usePages<Found, FoundPlayer>(pathOf(search), 'after', (answer) => ({
    rows: answer.players,
    next: answer.next_after,
  }));
  return (
    <PagedTable
      label="Players found"
      pages={players}
      head={['Player', 'Name', 'E-mail', 'Country', 'Currency', 'Registered', 'Blocks']}
      empty="Nobody is like that."
      row={(player) => (
        <tr key={player.player_id}>
          <td>
            <a class="mono" href={`#/players/${player.player_id}`}>
              {player.player_id}
            </a>
          </td>
          <td>{player.forgotten_at === null ? nameOf(player) : <Badge>Forgotten</Badge>}</td>
          <td>{player.email ?? '–'}</td>
          <td>{player.country ?? '–'}</td>
          <td>{player.currency}</td>
          <td>{day(player.registered_at)}</td>
          <td>
            {player.block_reasons.map((reason) => (
              <Badge key={reason} tone="bad">
                {BLOCKS[reason]}
              </Badge>
            ))}
          </td>
        </tr>
      )}
    />
  );
}

function faultOf(who: string): string | undefined {
  if (who === '' || /^\d+$/.test(who) || who.includes('@')) return undefined;
  return 'An id is a number, and an address has an @';
}

function pathOf({ who, block }: Search): string {
  const wanted = new URLSearchParams({ limit: '25' });
  if (who.includes('@')) wanted.set('email', who);
  else if (who !== '') wanted.set('player_id', who);
  if (block !== '') wanted.set('block', block);
  return `/players?${wanted}`;
}
