import { useState } from 'preact/hooks';
import { money } from '../design/format.js';
import { Dialog, Notice } from '../design/parts.js';
import { write } from './server.js';
import { useAction } from './use-action.js';

export type Decidable = {
  readonly player_id: string;
  readonly payment_id: string;
  readonly psp: string;
  readonly amount: string;
  readonly currency: string;
};

/** The two buttons of a withdrawal that waits for us, each with a question first: money leaves, or comes back. */
export function WithdrawalDecision(props: { readonly withdrawal: Decidable; readonly onDecided: () => void }) {
  const { withdrawal, onDecided } = props;
  const [asked, setAsked] = useState<'approve' | 'reject'>();
  const action = useAction();
  const { player_id: playerId, payment_id: paymentId, psp } = withdrawal;
  const amount = money(withdrawal.amount, withdrawal.currency);

  function decide(what: 'approve' | 'reject'): void {
    action.run(async () => {
      await write(`/players/${playerId}/withdrawals/${encodeURIComponent(paymentId)}/${what}`);
      setAsked(undefined);
      onDecided();
    });
  }

  return (
    <div class="row">
      <button class="button small" type="button" onClick={() => setAsked('approve')}>
        Approve
      </button>
      <button class="button danger small" type="button" onClick={() => setAsked('reject')}>
        Reject
      </button>
      {asked !== undefined && (
        <Dialog
          title={asked === 'approve' ? `Pay ${amount} out?` : `Give ${amount} back to the player?`}
          onClose={() => setAsked(undefined)}
        >
          <p>
            {asked === 'approve'
              ? `${psp} is asked to pay player ${playerId}. It cannot be taken back here.`
              : `Player ${playerId} has the money as cash again, and hears that the withdrawal failed.`}
          </p>
          {action.fault !== undefined && <Notice tone="bad">{action.fault}</Notice>}
          <div class="row">
            <button
              class={asked === 'approve' ? 'button' : 'button danger'}
              type="button"
              disabled={action.isBusy}
              onClick={() => decide(asked)}
            >
              {asked === 'approve' ? 'Approve the withdrawal' : 'Reject the withdrawal'}
            </button>
            <button class="button quiet" type="button" onClick={() => setAsked(undefined)}>
              Not yet
            </button>
          </div>
        </Dialog>
      )}
    </div>
  );
}
