import { useState } from 'preact/hooks';
import { dayAndTime, money } from '../design/format.js';
import { Badge, Dialog, Empty, Field, Meter, Notice, Panel, Select } from '../design/parts.js';
import type { Bonus, BonusTemplate } from './answers.js';
import { PagedTable } from './lists.js';
import type { PlayerPart } from './player-part.js';
import { write } from './server.js';
import { useAction } from './use-action.js';
import { useAnswer } from './use-answer.js';
import { usePages } from './use-pages.js';
import { inWords } from './words.js';

type Bonuses = { readonly bonuses: readonly Bonus[]; readonly next_before: string | null };
type Templates = { readonly bonus_templates: readonly BonusTemplate[] };

const TONES = { queued: 'accent', granted: 'gold', completed: 'good', cancelled: undefined } as const;

/** A player's bonuses; they are granted and cancelled here. */
export function PlayerBonuses({ player, again }: PlayerPart) {
  const bonuses = usePages<Bonuses, Bonus>(`/players/${player.player_id}/bonuses?limit=25`, 'before', (answer) => ({
    rows: answer.bonuses,
    next: answer.next_before,
  }));
  const [cancelling, setCancelling] = useState<Bonus>();
  function changed(): void {
    bonuses.again();
    again();
  }
  return (
    <div class="stack">
      <Grant player={player} again={changed} />
      <Panel title="Bonuses">
        <PagedTable
          label="Bonuses"
          pages={bonuses}
          head={['Bonus', 'Status', { number: 'Amount' }, 'Wagered', 'Expires', 'Decide']}
          empty="The player never had a bonus."
          row={(bonus) => <Row key={bonus.user_bonus_id} bonus={bonus} onCancel={() => setCancelling(bonus)} />}
        />
      </Panel>
      {cancelling !== undefined && (
        <Cancel
          path={`/players/${player.player_id}/bonuses/${encodeURIComponent(cancelling.user_bonus_id)}`}
          bonus={cancelling}
          onClose={() => setCancelling(undefined)}
          onDone={changed}
        />
      )}
    </div>
  );
}

function Row({ bonus, onCancel }: { readonly bonus: Bonus; readonly onCancel: () => void }) {
  const { bonus_id, status, amount, currency, wagered, wagering_required: required } = bonus;
  const isOpen = status === 'granted' || status === 'queued';
  return (
    <tr>
      <td>
        <strong>{bonus_id}</strong>
        <p class="mono muted">{bonus.user_bonus_id}</p>
        <p class="small muted">{dayAndTime(bonus.created_at)}</p>
      </td>
      <td>
        <Badge tone={TONES[status]}>{inWords(status)}</Badge>
        {bonus.reason !== null && <p class="small muted">{inWords(bonus.reason)}</p>}
      </td>
      <td class="number amount">{money(amount, currency)}</td>
      <td>
        {required === null ? '–' : `${money(wagered, currency)} of ${money(required, currency)}`}
        {required !== null && isOpen && Number(required) > 0 && (
          <Meter label="Wagered" share={Number(wagered) / Number(required)} tone="gold" />
        )}
      </td>
      <td>{bonus.expires_at === null ? '–' : dayAndTime(bonus.expires_at)}</td>
      <td>
        {isOpen && (
          <button class="button danger small" type="button" onClick={onCancel}>
            Cancel bonus
          </button>
        )}
      </td>
    </tr>
  );
}

function Grant({ player, again }: PlayerPart) {
  const { value, fault } = useAnswer<Templates>('/bonus-templates');
  const [chosen, setChosen] = useState<string>();
  const [amount, setAmount] = useState('');
  // One key for one wish: pressed twice, or sent again after a lost answer, it is granted once.
  const [key, setKey] = useState(() => crypto.randomUUID());
  const [granted, setGranted] = useState<string>();
  const action = useAction();
  const templates = value?.bonus_templates ?? [];
  const template = templates.find(({ bonus_id }) => bonus_id === chosen) ?? templates[0];
  const range = template?.amounts.find(({ currency }) => currency === player.currency);

  function changed<T>(set: (value: T) => void): (value: T) => void {
    return (now) => {
      set(now);
      setKey(crypto.randomUUID());
    };
  }

  function grant(bonusId: string): void {
    setGranted(undefined);
    action.run(async () => {
      const json = { bonus_id: bonusId, amount };
      const { status } = await write<Bonus>(`/players/${player.player_id}/bonuses`, { json, idempotencyKey: key });
      setGranted(`${bonusId}: ${money(amount, player.currency)} ${status}`);
      setAmount('');
      setKey(crypto.randomUUID());
      again();
    });
  }

  return (
    <Panel title="Grant a bonus">
      {fault !== undefined && <Notice tone="bad">{fault}</Notice>}
      {value !== undefined && template === undefined && <Empty>The catalogue offers no bonus today.</Empty>}
      {template !== undefined && (
        <form
          class="fields search"
          onSubmit={(event) => {
            event.preventDefault();
            grant(template.bonus_id);
          }}
        >
          <Select
            label="Bonus"
            value={template.bonus_id}
            choices={templates.map(({ bonus_id, name }) => ({ value: bonus_id, label: `${name} (${bonus_id})` }))}
            onValue={changed(setChosen)}
          />
          <Field
            label={`Amount in ${player.currency}`}
            hint={
              range === undefined
                ? `Not offered in ${player.currency}`
                : `${range.min} to ${range.max}, wagered ${template.wagering_multiple} times in ${template.expiry_days} days`
            }
            value={amount}
            onValue={changed(setAmount)}
            name="amount"
            inputMode="decimal"
            required
          />
          <button class="button" type="submit" disabled={action.isBusy || range === undefined}>
            Grant
          </button>
        </form>
      )}
      {action.fault !== undefined && <Notice tone="bad">{action.fault}</Notice>}
      {granted !== undefined && <Notice tone="good">{granted}</Notice>}
    </Panel>
  );
}

function Cancel(props: {
  readonly path: string;
  readonly bonus: Bonus;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { path, bonus, onClose, onDone } = props;
  const action = useAction();
  return (
    <Dialog title="Cancel this bonus?" onClose={onClose}>
      <p>
        {bonus.bonus_id}, {money(bonus.amount, bonus.currency)}: what is left of it goes back to the house. This is
        final, and Fast Track hears of it.
      </p>
      {action.fault !== undefined && <Notice tone="bad">{action.fault}</Notice>}
      <div class="row">
        <button
          class="button danger"
          type="button"
          disabled={action.isBusy}
          onClick={() =>
            action.run(async () => {
              await write(path, { method: 'DELETE' });
              onDone();
              onClose();
            })
          }
        >
          Cancel the bonus
        </button>
        <button class="button quiet" type="button" onClick={onClose}>
          Keep it
        </button>
      </div>
    </Dialog>
  );
}
