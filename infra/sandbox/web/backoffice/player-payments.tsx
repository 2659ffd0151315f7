import { dayAndTime, money } from '../design/format.js';
import { Badge, Panel } from '../design/parts.js';
import type { Payment } from './answers.js';
import { PagedTable } from './lists.js';
import type { PlayerPart } from './player-part.js';
import { usePages } from './use-pages.js';
import { WithdrawalDecision } from './withdrawal-decision.js';
import { inWords } from './words.js';

type Payments = { readonly payments: readonly Payment[]; readonly next_before: string | null };

const BAD = new Set(['failed', 'rejected', 'reversed']);

export function PlayerPayments({ player: { player_id: id }, again }: PlayerPart) {
  const payments = usePages<Payments, Payment>(`/players/${id}/payments?limit=25`, 'before', (answer) => ({
    rows: answer.payments,
    next: answer.next_before,
  }));
  return (
    <Panel title="Deposits and withdrawals">
      <PagedTable
        label="Payments"
        pages={payments}
        head={['Payment', 'Status', { number: 'Amount' }, 'PSP', 'Requested', 'Decide']}
        empty="The player neither paid in nor out."
        row={(payment) => (
          <tr key={payment.payment_id}>
            <td>
              <strong>{inWords(payment.kind)}</strong>
              <p class="mono muted">{payment.payment_id}</p>
            </td>
            <td>
              <Badge tone={payment.status === 'completed' ? 'good' : BAD.has(payment.status) ? 'bad' : 'accent'}>
                {inWords(payment.status)}
              </Badge>
            </td>
            <td class="number amount">{money(payment.amount, payment.currency)}</td>
            <td>{payment.psp}</td>
            <td>{dayAndTime(payment.requested_at)}</td>
            <td>
              {payment.kind === 'withdrawal' && payment.status === 'requested' && (
                <WithdrawalDecision
                  withdrawal={{ ...payment, player_id: id }}
                  onDecided={() => {
                    payments.again();
                    again();
                  }}
                />
              )}
            </td>
          </tr>
        )}
      />
    </Panel>
  );
}
