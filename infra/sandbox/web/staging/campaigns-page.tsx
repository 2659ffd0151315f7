import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { call } from '../design/api.js';
import { Form, useSending } from '../design/form.js';
import { Badge, Field, Panel, Select, Switch } from '../design/parts.js';

type Settings = {
  readonly enabled: boolean;
  readonly trigger: string;
  readonly segment: { readonly [field: string]: string | number | boolean | null };
  readonly min_amount?: number;
  readonly bonus_id: string;
  /** Null: what the bonus says. */
  readonly amount: number | null;
};
type Campaign = Settings & { readonly id: string };

const TRIGGERS = [
  { value: 'first_deposit', label: 'First deposit' },
  { value: 'deposit', label: 'A deposit' },
  { value: 'registration', label: 'Registration' },
  { value: 'login', label: 'Login' },
];
const NEW: Campaign = {
  id: '',
  enabled: true,
  trigger: 'deposit',
  segment: {},
  bonus_id: 'welcome_bonus_50',
  amount: 10,
};

export function CampaignsPage() {
  const campaigns = useSignal<readonly Campaign[]>([]);
  const load = async () => {
    campaigns.value = (await call<{ campaigns: readonly Campaign[] }>('/campaigns')).campaigns;
  };
  useEffect(() => void load().catch(() => undefined), []);
  return (
    <div class="stack">
      <h1>Campaigns</h1>
      <p class="muted">A trigger, a condition, a bonus. A player gets each campaign’s bonus once.</p>
      <div class="columns">
        {campaigns.value.map((campaign) => (
          <Editor key={campaign.id} campaign={campaign} onSaved={load} />
        ))}
        <Editor key="new" campaign={NEW} onSaved={load} />
      </div>
    </div>
  );
}

function Editor({ campaign, onSaved }: { readonly campaign: Campaign; readonly onSaved: () => Promise<void> }) {
  const isNew = campaign.id === '';
  const draft = useSignal({
    id: campaign.id,
    enabled: campaign.enabled,
    trigger: campaign.trigger,
    country: String(campaign.segment.country ?? ''),
    min_amount: String(campaign.min_amount ?? ''),
    bonus_id: campaign.bonus_id,
    amount: String(campaign.amount ?? ''),
  });
  const sending = useSending();
  const set = (change: Partial<typeof draft.value>) => {
    draft.value = { ...draft.value, ...change };
  };
  const bound = (name: 'id' | 'country' | 'min_amount' | 'bonus_id' | 'amount') => ({
    name,
    value: draft.value[name],
    fault: sending.fault(name),
    onValue: (value: string) => set({ [name]: value }),
  });
  const onSend = async () => {
    const { id, enabled, trigger, country, min_amount, bonus_id, amount } = draft.value;
    // Other conditions than those that are shown here stay as they were.
    const { country: _, ...others } = campaign.segment;
    const json = {
      ...{ enabled, trigger, bonus_id, amount: amount === '' ? null : Number(amount) },
      segment: country === '' ? others : { ...others, country },
      ...(min_amount === '' ? {} : { min_amount: Number(min_amount) }),
    };
    await call(`/campaigns/${encodeURIComponent(id)}`, { method: 'PUT', json });
    await onSaved();
    return 'Saved.';
  };
  return (
    <Panel
      title={isNew ? 'A new campaign' : campaign.id}
      aside={!isNew && <Badge tone={campaign.enabled ? 'good' : undefined}>{campaign.enabled ? 'on' : 'off'}</Badge>}
    >
      <Form sending={sending} onSend={onSend}>
        {isNew && <Field label="Name" hint="Small letters, digits and dashes" required {...bound('id')} />}
        <Switch label="Switched on" checked={draft.value.enabled} onChecked={(enabled) => set({ enabled })} />
        <div class="fields">
          <Select
            label="Trigger"
            choices={TRIGGERS}
            value={draft.value.trigger}
            onValue={(trigger) => set({ trigger })}
          />
          <Field label="Only players from" hint="Country code; empty for all" {...bound('country')} />
          <Field label="Deposit of at least" inputMode="decimal" hint="Empty for any" {...bound('min_amount')} />
          <Field label="Bonus" required {...bound('bonus_id')} />
          <Field
            label="Amount"
            inputMode="decimal"
            hint="Native only: empty for the bonus’s own"
            {...bound('amount')}
          />
        </div>
        <button class={`button ${isNew ? 'quiet' : ''}`} type="submit" disabled={sending.busy}>
          {isNew ? 'Create' : 'Save'}
        </button>
      </Form>
    </Panel>
  );
}
