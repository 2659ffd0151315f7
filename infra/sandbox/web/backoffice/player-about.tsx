import { useState } from 'preact/hooks';
import { dayAndTime, money } from '../design/format.js';
import { Badge, Empty, Field, Notice, Panel, Select } from '../design/parts.js';
import type { Block, BlockReason, Player } from './answers.js';
import { Table } from './lists.js';
import type { PlayerPart } from './player-part.js';
import { write } from './server.js';
import { useAction } from './use-action.js';
import { BLOCKS, inWords } from './words.js';

const PROFILE_FIELDS = [
  ['email', 'E-mail'],
  ['phone', 'Phone'],
  ['birth_date', 'Born'],
  ['address', 'Address'],
  ['country', 'Country'],
] as const;

const CHANNELS = [
  ['email', 'E-mail'],
  ['sms', 'SMS'],
  ['telephone', 'Telephone'],
  ['post_mail', 'Post'],
  ['site_notification', 'Messages on the site'],
  ['push_notification', 'Push messages'],
] as const;

/** Who the player is, and what binds them. */
export function PlayerAbout({ player, again }: PlayerPart) {
  return (
    <div class="columns">
      <Profile player={player} />
      <Blocks player={player} again={again} />
      <div class="stack">
        <Limits player={player} />
        <Consents player={player} />
      </div>
    </div>
  );
}

function Profile({ player }: { readonly player: Player }) {
  return (
    <Panel title="Profile">
      <dl class="facts">
        {PROFILE_FIELDS.map(([field, label]) => (
          <Fact key={field} name={label} value={player.profile?.[field] || '–'} />
        ))}
        <Fact name="Registered" value={dayAndTime(player.registered_at)} />
        <Fact name="Last login" value={player.last_login_at === null ? 'Never' : dayAndTime(player.last_login_at)} />
        <Fact name="Last event" value={`Revision ${player.head.revision}`} />
      </dl>
      {player.forgotten_at !== null && (
        <Notice>The person was forgotten on {dayAndTime(player.forgotten_at)}. The ledger stays.</Notice>
      )}
    </Panel>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

function Blocks({ player, again }: PlayerPart) {
  const [reason, setReason] = useState<string>('operator');
  const [until, setUntil] = useState('');
  const action = useAction();
  const path = `/players/${player.player_id}/blocks`;
  // Only a time-out needs its end; the day is meant to its last minute, here.
  const end = until === '' ? {} : { until: new Date(`${until}T23:59:59`).toISOString() };

  function change(json: object): void {
    action.run(async () => {
      await write(path, { json });
      again();
    });
  }

  return (
    <Panel title="Blocks">
      {player.blocks.length === 0 && <Empty>Nothing blocks this player.</Empty>}
      {player.blocks.map((block) => (
        <div class="row apart" key={block.reason}>
          <div>
            <Badge tone="bad">{BLOCKS[block.reason]}</Badge>
            <p class="small muted">{standing(block)}</p>
          </div>
          <button
            class="button quiet small"
            type="button"
            disabled={action.isBusy}
            onClick={() => change({ reason: block.reason, active: false })}
          >
            Lift
          </button>
        </div>
      ))}
      <form
        class="fields"
        onSubmit={(event) => {
          event.preventDefault();
          change({ reason: reason as BlockReason, active: true, ...end });
        }}
      >
        <Select
          label="Reason"
          value={reason}
          choices={Object.entries(BLOCKS).map(([value, label]) => ({ value, label }))}
          onValue={setReason}
        />
        <Field
          label="Until the end of"
          hint="Left empty: until it is lifted"
          name="until"
          type="date"
          required={reason === 'timeout'}
          value={until}
          onValue={setUntil}
        />
        <button class="button danger" type="submit" disabled={action.isBusy}>
          Block the player
        </button>
      </form>
      {action.fault !== undefined && <Notice tone="bad">{action.fault}</Notice>}
    </Panel>
  );
}

function standing({ placed_at, until }: Block): string {
  return `Since ${dayAndTime(placed_at)}, ${until === null ? 'until it is lifted' : `until ${dayAndTime(until)}`}`;
}

function Limits({ player: { limits } }: { readonly player: Player }) {
  return (
    <Panel title="Limits">
      {limits.length === 0 ? (
        <Empty>The player set no limits.</Empty>
      ) : (
        <Table label="Limits" head={['Limit', 'Amount', 'To come']}>
          {limits.map(({ kind, period, amount, currency, pending }) => (
            <tr key={`${kind} ${period}`}>
              <td>
                {inWords(kind)} a {period}
              </td>
              <td>{amountOr('None', amount, currency)}</td>
              <td>
                {pending === null
                  ? '–'
                  : `${amountOr('No limit', pending.amount, currency)} from ${dayAndTime(pending.effective_at)}`}
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  );
}

function amountOr(none: string, amount: string | null, currency: string): string {
  return amount === null ? none : money(amount, currency);
}

function Consents({ player: { consents } }: { readonly player: Player }) {
  return (
    <Panel title="Consents">
      {consents === null ? (
        <Empty>None are known.</Empty>
      ) : (
        <ul class="plain">
          {CHANNELS.map(([channel, label]) => (
            <li class="row apart" key={channel}>
              <span>{label}</span>
              <Badge tone={consents[channel] ? 'good' : undefined}>{consents[channel] ? 'Given' : 'Not given'}</Badge>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
