import { useSignal } from '@preact/signals';
import { Form, Outcome, useSending } from '../design/form.js';
import { dayAndTime, money } from '../design/format.js';
import { Badge, Dialog, Empty, Field, Notice, Panel, Select, Switch } from '../design/parts.js';
import { goTo } from '../design/router.js';
import { type Limit, type Profile, useOwn } from './player.js';
import { logOut, own } from './session.js';

export function AccountPage() {
  const me = useOwn<Profile>('/me');
  return (
    <div class="stack">
      <div class="row apart">
        <h1>{me?.profile ? `${me.profile.first_name} ${me.profile.last_name}` : 'Account'}</h1>
        <button
          class="button quiet"
          type="button"
          onClick={async () => {
            await logOut();
            goTo('/');
          }}
        >
          Log out
        </button>
      </div>
      {me && (
        <p class="muted">
          Player {me.player_id} · {me.profile?.email}
        </p>
      )}
      {me?.blocks.map((block) => (
        <Notice key={block.reason} tone="bad">
          Blocked: {block.reason.replace('_', ' ')}
          {block.until === null ? '' : ` until ${dayAndTime(block.until)}`}
        </Notice>
      ))}
      <div class="columns">
        <Consents given={me?.consents ?? {}} />
        <div class="stack">
          <Limits currency={me?.currency ?? 'EUR'} />
          <TakeABreak />
        </div>
      </div>
    </div>
  );
}

const CONSENTS = [
  ['email', 'E-mail'],
  ['sms', 'Text message'],
  ['telephone', 'Telephone'],
  ['post_mail', 'Post'],
  ['site_notification', 'Notice on the site'],
  ['push_notification', 'Push notification'],
] as const;

function Consents({ given }: { readonly given: { readonly [name: string]: boolean } }) {
  const sending = useSending();
  /** As chosen here, before the read models say so too. */
  const chosen = useSignal<{ readonly [name: string]: boolean }>({});
  const change = (name: string, checked: boolean) => {
    const before = chosen.value;
    chosen.value = { ...before, [name]: checked };
    return sending.send(async () => {
      try {
        await own('/me/consents', { method: 'PUT', json: { [name]: checked } });
      } catch (error) {
        chosen.value = before;
        throw error;
      }
      return 'Saved.';
    });
  };
  return (
    <Panel title="How we may write to you">
      <div>
        {CONSENTS.map(([name, label]) => (
          <Switch
            key={name}
            label={label}
            checked={chosen.value[name] ?? given[name] ?? false}
            onChecked={(checked) => void change(name, checked)}
          />
        ))}
      </div>
      <Outcome sending={sending} />
    </Panel>
  );
}

const KINDS = [
  { value: 'deposit', label: 'Deposits' },
  { value: 'loss', label: 'Losses' },
  { value: 'wager', label: 'Stakes' },
];
const PERIODS = ['day', 'week', 'month'].map((value) => ({ value, label: `a ${value}` }));

function Limits({ currency }: { readonly currency: string }) {
  const limits = useOwn<{ readonly limits: readonly Limit[] }>('/me/limits')?.limits ?? [];
  const [kind, period, amount] = [useSignal('deposit'), useSignal('day'), useSignal('200.00')];
  const sending = useSending();
  const put = (json: { kind: string; period: string; amount: string | null }) =>
    own('/me/limits', { method: 'PUT', json });
  return (
    <Panel title="Limits">
      {limits.length === 0 ? (
        <Empty>No limit set. A lower one binds at once, a higher one after a day.</Empty>
      ) : (
        <ul class="list">
          {limits.map((limit) => (
            <li key={`${limit.kind} ${limit.period}`}>
              <span class="grow">
                {KINDS.find(({ value }) => value === limit.kind)?.label} a {limit.period}
              </span>
              {limit.pending && (
                <Badge tone="gold">
                  {limit.pending.amount === null ? 'none' : money(limit.pending.amount, limit.currency)} from{' '}
                  {dayAndTime(limit.pending.effective_at)}
                </Badge>
              )}
              <span class="amount">{limit.amount === null ? 'none' : money(limit.amount, limit.currency)}</span>
              <button
                type="button"
                class="button quiet small"
                onClick={() =>
                  void sending.send(async () => {
                    await put({ kind: limit.kind, period: limit.period, amount: null });
                    return 'The limit ends in a day.';
                  })
                }
              >
                End it
              </button>
            </li>
          ))}
        </ul>
      )}
      <Form
        sending={sending}
        onSend={async () => {
          await put({ kind: kind.value, period: period.value, amount: amount.value });
          return 'Saved.';
        }}
      >
        <div class="fields">
          <Select label="Of what" choices={KINDS} value={kind.value} onValue={(value) => (kind.value = value)} />
          <Select
            label="For how long"
            choices={PERIODS}
            value={period.value}
            onValue={(value) => (period.value = value)}
          />
          <Field
            label={`At most (${currency})`}
            name="limit"
            inputMode="decimal"
            required
            value={amount.value}
            fault={sending.fault('amount')}
            onValue={(value) => {
              amount.value = value;
            }}
          />
        </div>
        <div>
          <button class="button quiet" type="submit" disabled={sending.busy}>
            Set the limit
          </button>
        </div>
      </Form>
    </Panel>
  );
}

const BREAKS = [
  { value: '1', label: 'One day' },
  { value: '7', label: 'One week' },
  { value: '30', label: 'Thirty days' },
];
const DAY_MS = 86_400_000;

function TakeABreak() {
  const days = useSignal('1');
  const asking = useSignal<'timeout' | 'self_exclusion' | undefined>(undefined);
  const sending = useSending();
  const block = () =>
    sending.send(async () => {
      const reason = asking.value;
      asking.value = undefined;
      const until = new Date(Date.now() + Number(days.value) * DAY_MS).toISOString();
      await own('/me/blocks', { method: 'POST', json: reason === 'timeout' ? { reason, until } : { reason } });
      return 'Your account is blocked.';
    });
  return (
    <Panel title="Take a break">
      <Select label="For" choices={BREAKS} value={days.value} onValue={(value) => (days.value = value)} />
      <div class="row">
        <button class="button quiet" type="button" onClick={() => (asking.value = 'timeout')}>
          Time-out
        </button>
        <button class="button danger" type="button" onClick={() => (asking.value = 'self_exclusion')}>
          Exclude myself
        </button>
      </div>
      <Outcome sending={sending} />
      {asking.value !== undefined && (
        <Dialog title="Are you sure?" onClose={() => (asking.value = undefined)}>
          <p>
            {asking.value === 'timeout'
              ? `You cannot deposit or play for ${days.value === '1' ? 'a day' : `${days.value} days`}. It can be made longer, not shorter.`
              : 'You cannot deposit or play any more. Only the casino’s people can lift this.'}
          </p>
          <div class="row">
            <button class="button danger" type="button" onClick={() => void block()}>
              Yes, block me
            </button>
            <button class="button quiet" type="button" onClick={() => (asking.value = undefined)}>
              No
            </button>
          </div>
        </Dialog>
      )}
    </Panel>
  );
}
