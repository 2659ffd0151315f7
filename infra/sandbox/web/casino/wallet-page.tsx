import { useSignal } from '@preact/signals';
import { Form, Outcome, useSending } from '../design/form.js';
import { dayAndTime, money } from '../design/format.js';
import { Icon } from '../design/icon.js';
import { Badge, Empty, Field, Panel } from '../design/parts.js';
import { balance } from './live.js';
import { type Payment, type Profile, useOwn } from './player.js';
import { own } from './session.js';

export function WalletPage() {
  const me = useOwn<Profile>('/me');
  const currency = me?.currency ?? 'EUR';
  return (
    <div class="stack">
      <h1>Wallet</h1>
      <Figures currency={currency} />
      <div class="columns">
        <Deposit currency={currency} />
        <Withdraw currency={currency} />
      </div>
      <Payments />
    </div>
  );
}

function Figures({ currency }: { readonly currency: string }) {
  const { cash, bonus, withdrawal } = balance.value ?? { cash: '0.00', bonus: '0.00', withdrawal: '0.00' };
  return (
    <dl class="panel figures">
      <div>
        <dt>Cash</dt>
        <dd class="figure">{money(cash, currency)}</dd>
      </div>
      <div>
        <dt>Bonus</dt>
        <dd class="figure">{money(bonus, currency)}</dd>
      </div>
      <div>
        <dt>On its way out</dt>
        <dd class="figure">{money(withdrawal, currency)}</dd>
      </div>
    </dl>
  );
}

function Deposit({ currency }: { readonly currency: string }) {
  const amount = useSignal('100.00');
  const sending = useSending();
  const onSend = async () => {
    const json = { amount: amount.value, currency, psp: 'fake' };
    const { redirect_url } = await own<{ redirect_url: string }>('/me/deposits', { method: 'POST', json });
    const page = new URL(redirect_url);
    page.searchParams.set('return_url', `${location.origin}/#/wallet`);
    location.assign(page);
    return 'You are taken to the payment page …';
  };
  return (
    <div data-tour="deposit">
      <Panel title="Deposit">
        <Form sending={sending} onSend={onSend}>
          <div class="row">
            {['20.00', '50.00', '100.00'].map((choice) => (
              <button
                key={choice}
                type="button"
                class="button quiet small"
                onClick={() => {
                  amount.value = choice;
                }}
              >
                {money(choice, currency)}
              </button>
            ))}
          </div>
          <Field
            label={`Amount to pay in (${currency})`}
            name="amount"
            inputMode="decimal"
            required
            value={amount.value}
            fault={sending.fault('amount')}
            onValue={(value) => {
              amount.value = value;
            }}
          />
          <button class="button" type="submit" disabled={sending.busy}>
            <Icon name="deposit" size={18} /> Deposit
          </button>
        </Form>
      </Panel>
    </div>
  );
}

function Withdraw({ currency }: { readonly currency: string }) {
  const amount = useSignal('20.00');
  const sending = useSending();
  const onSend = async () => {
    const json = { amount: amount.value, currency, psp: 'fake' };
    await own('/me/withdrawals', { method: 'POST', json });
    return `Your withdrawal of ${money(amount.value, currency)} is on its way.`;
  };
  return (
    <Panel title="Withdraw">
      <p class="muted small">A withdrawal gives up a welcome bonus that is not wagered yet.</p>
      <Form sending={sending} onSend={onSend}>
        <Field
          label={`Amount to pay out (${currency})`}
          name="amount-out"
          inputMode="decimal"
          required
          value={amount.value}
          fault={sending.fault('amount')}
          onValue={(value) => {
            amount.value = value;
          }}
        />
        <button class="button quiet" type="submit" disabled={sending.busy}>
          <Icon name="withdrawal" size={18} /> Withdraw
        </button>
      </Form>
    </Panel>
  );
}

const TONES: { readonly [status: string]: 'good' | 'bad' | 'gold' } = {
  completed: 'good',
  failed: 'bad',
  rejected: 'bad',
  reversed: 'bad',
  requested: 'gold',
  approved: 'gold',
};

function Payments() {
  const payments = useOwn<{ readonly payments: readonly Payment[] }>('/me/payments?limit=20')?.payments ?? [];
  const sending = useSending();
  const cancel = (payment: Payment) =>
    sending.send(async () => {
      await own(`/me/withdrawals/${encodeURIComponent(payment.payment_id)}`, { method: 'DELETE' });
      return 'The withdrawal was cancelled.';
    });
  return (
    <Panel title="Payments">
      <Outcome sending={sending} />
      {payments.length === 0 ? (
        <Empty>No payments yet.</Empty>
      ) : (
        <ul class="list">
          {payments.map((payment) => (
            <li key={payment.payment_id}>
              <Icon name={payment.kind === 'deposit' ? 'deposit' : 'withdrawal'} />
              <span class="grow">
                {payment.kind === 'deposit' ? 'Deposit' : 'Withdrawal'}
                <small class="muted"> {dayAndTime(payment.requested_at)}</small>
              </span>
              {payment.kind === 'withdrawal' && payment.status === 'requested' && (
                <button class="button quiet small" type="button" onClick={() => cancel(payment)}>
                  Cancel
                </button>
              )}
              <Badge tone={TONES[payment.status]}>{payment.status}</Badge>
              <span class="amount">{money(payment.amount, payment.currency)}</span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
