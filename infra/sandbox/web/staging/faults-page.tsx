import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { call } from '../design/api.js';
import { Form, useSending } from '../design/form.js';
import { Badge, Field, Panel, Select } from '../design/parts.js';

type Plan = {
  readonly mode: string;
  readonly status: number;
  readonly retry_after: number | null;
  readonly delay_ms: number;
  readonly probability: number;
  readonly user_id: string | null;
  readonly count: number | null;
};

const MODES = [
  { value: 'none', label: 'Behave' },
  { value: 'status', label: 'Refuse with a status' },
  { value: 'delay', label: 'Answer late' },
  { value: 'drop', label: 'Take it, then hang up' },
  { value: 'reset', label: 'Hang up before taking it' },
];
const EMPTY = { mode: 'status', status: '503', delay_ms: '2000', percent: '100', user_id: '', count: '' };

/** How staging is told to misbehave: the way to see retries, copies and parked lanes. */
export function FaultsPage() {
  const plan = useSignal<Plan | undefined>(undefined);
  const draft = useSignal(EMPTY);
  const sending = useSending();
  useEffect(() => {
    call<Plan>('/faults').then(
      (answer) => {
        plan.value = answer;
      },
      () => undefined,
    );
  }, []);
  const post = async (json: unknown) => {
    plan.value = await call<Plan>('/faults', { method: 'POST', json });
  };
  const set = (change: Partial<typeof EMPTY>) => {
    draft.value = { ...draft.value, ...change };
  };
  const onSend = async () => {
    const { mode, status, delay_ms, percent, user_id, count } = draft.value;
    await post({
      mode,
      status: Number(status),
      delay_ms: Number(delay_ms),
      probability: Number(percent) / 100,
      user_id: user_id === '' ? null : user_id,
      count: count === '' ? null : Number(count),
    });
    return mode === 'none' ? 'It behaves.' : 'It misbehaves from now on.';
  };
  const { mode } = draft.value;
  return (
    <div class="stack">
      <div class="row">
        <h1>Faults</h1>
        {plan.value && (
          <Badge tone={plan.value.mode === 'none' ? 'good' : 'bad'}>
            {MODES.find(({ value }) => value === plan.value?.mode)?.label ?? plan.value.mode}
            {plan.value.count === null ? '' : `, ${plan.value.count} more`}
          </Badge>
        )}
      </div>
      <p class="muted">
        Nothing is lost: the bridge tries again, in order, and a player whose messages fail slows no other. What was
        taken and comes again is known by its key.
      </p>
      <Panel title="What to do with messages">
        <Form sending={sending} onSend={onSend}>
          <div class="fields">
            <Select label="Fault" choices={MODES} value={mode} onValue={(value) => set({ mode: value })} />
            {mode === 'status' && (
              <Field
                label="Status"
                name="status"
                inputMode="numeric"
                value={draft.value.status}
                fault={sending.fault('status')}
                onValue={(status) => set({ status })}
              />
            )}
            {mode === 'delay' && (
              <Field
                label="Late by (ms)"
                name="delay_ms"
                inputMode="numeric"
                value={draft.value.delay_ms}
                fault={sending.fault('delay_ms')}
                onValue={(delay_ms) => set({ delay_ms })}
              />
            )}
            <Field
              label="Of a hundred messages"
              name="percent"
              inputMode="numeric"
              value={draft.value.percent}
              fault={sending.fault('probability')}
              onValue={(percent) => set({ percent })}
            />
            <Field
              label="Only of player"
              name="user_id"
              hint="Empty for everyone"
              value={draft.value.user_id}
              fault={sending.fault('user_id')}
              onValue={(user_id) => set({ user_id })}
            />
            <Field
              label="So many times"
              name="count"
              inputMode="numeric"
              hint="Empty for no end"
              value={draft.value.count}
              fault={sending.fault('count')}
              onValue={(count) => set({ count })}
            />
          </div>
          <div class="row">
            <button class="button" type="submit" disabled={sending.busy}>
              Set
            </button>
            <button
              class="button quiet"
              type="button"
              onClick={() =>
                void sending.send(async () => {
                  await post({ mode: 'none' });
                  return 'It behaves.';
                })
              }
            >
              Behave again
            </button>
          </div>
        </Form>
      </Panel>
    </div>
  );
}
