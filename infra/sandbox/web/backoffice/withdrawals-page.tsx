import { useState } from 'preact/hooks';
import { dayAndTime, money } from '../design/format.js';
import { Badge, Panel, Select } from '../design/parts.js';
import type { Withdrawal } from './answers.js';
import { PagedTable } from './lists.js';
import { usePages } from './use-pages.js';
import { WithdrawalDecision } from './withdrawal-decision.js';
import { HOLDS, nameOf } from './words.js';

type Withdrawals = { readonly withdrawals: readonly Withdrawal[]; readonly next_after: string | null };

const STATUSES = [
  { value: 'requested', label: 'Wait for us' },
  { value: 'approved', label: 'Approved, wait for the PSP' },
];

/** The money that players want paid out, the longest waiting first. */
export function WithdrawalsPage() {
  const [status, setStatus] = useState('requested');
  const withdrawals = usePages<Withdrawals, Withdrawal>(
    `/withdrawals?status=${status}&limit=25`,
    'after',
    (answer) => ({
      rows: answer.withdrawals,
      next: answer.next_after,
    }),
  );
  return (
    <div class="stack">
      <div class="row apart">
        <h1>Withdrawals</h1>
        <button class="button quiet small" type="button" onClick={withdrawals.again}>
          Look again
        </button>
      </div>
      <Panel title="Waiting" aside={<span class="small muted">Longest first</span>}>
        <div class="narrow">
          <Select label="Which" value={status} choices={STATUSES} onValue={setStatus} />
        </div>
        <PagedTable
          label="Withdrawals"
          pages={withdrawals}
          head={['Player', { number: 'Amount' }, { number: 'Cash left' }, 'PSP', 'Requested', 'Decide']}
          empty={
            status === 'requested'
              ? 'None waits. Where approval is automatic, only those come here that a fraud block or a debt holds.'
              : 'None waits.'
          }
          row={(withdrawal) => (
            <tr key={withdrawal.payment_id}>
              <td>
                {nameOf(withdrawal)}
                <p>
                  <a class="mono" href={`#/players/${withdrawal.player_id}/payments`}>
                    {withdrawal.player_id}
                  </a>
                </p>
              </td>
              <td class="number amount">{money(withdrawal.amount, withdrawal.currency)}</td>
              <td class="number">{money(withdrawal.cash, withdrawal.currency)}</td>
              <td>{withdrawal.psp}</td>
              <td>{dayAndTime(withdrawal.requested_at)}</td>
              <td>
                {withdrawal.holds.map((hold) => (
                  <Badge key={hold} tone="bad">
                    {HOLDS[hold]}
                  </Badge>
                ))}
                {status === 'requested' && <WithdrawalDecision withdrawal={withdrawal} onDecided={withdrawals.again} />}
              </td>
            </tr>
          )}
        />
      </Panel>
    </div>
  );
}
