import type { Units } from '../../audit/ledger/minor-units.js';
import { type Answer, NotGathered } from '../evidence/wire.js';
import type { PaymentFact } from '../fast-track/fact.js';
import { CURRENCY, euros, mustBe, type Player } from './player.js';

export type Payment = { readonly id: string; readonly units: Units };

/** Deposits and withdrawals, with the certificate as the PSP: its callbacks are signed like any PSP's. */
export function paymentCalls(player: Player) {
  const { inquiry, story, table } = player;

  function fact(type: PaymentFact['type'], status: PaymentFact['status'], { id: paymentId, units }: Payment) {
    return { kind: 'payment', type, status, paymentId, units } as const;
  }

  function ask(path: 'deposits' | 'withdrawals', units: Units, key?: string): Promise<Answer> {
    return player.send({
      ...{ as: 'player', method: 'POST', to: `/me/${path}`, token: player.token },
      ...(key === undefined ? {} : { headers: { 'Idempotency-Key': key } }),
      json: { amount: euros(units), currency: CURRENCY, psp: inquiry.subject.keys.pspId },
    });
  }

  function callback(paymentId: string, status: 'completed' | 'failed' | 'reversed'): Promise<Answer> {
    const json = { payment_id: paymentId, psp_reference: inquiry.id('psp'), status };
    return player.send({ as: 'psp', method: 'POST', to: '/psp/v1/callback', json });
  }

  async function report(payment: Payment, what: string, status: 'completed' | 'failed' | 'reversed'): Promise<void> {
    mustBe(inquiry, `the PSP's report that ${what} is ${status}`, await callback(payment.id, status));
  }

  return {
    ...{ ask, callback },

    async requestDeposit(units: Units): Promise<Payment> {
      const answer = await ask('deposits', units);
      mustBe(inquiry, `a deposit of ${euros(units)}`, answer, 201);
      const payment = { id: paymentIdOf(answer), units };
      story.tell('DepositRequested', { told: [fact('deposit', 'requested', payment)] });
      return payment;
    },
    async completeDeposit(payment: Payment): Promise<void> {
      await report(payment, 'a deposit', 'completed');
      const told = [fact('deposit', 'completed', payment)];
      story.tell('DepositCompleted', { legs: table.depositCompleted(payment.units), told });
    },
    async failDeposit(payment: Payment): Promise<void> {
      await report(payment, 'a deposit', 'failed');
      story.tell('DepositFailed', { told: [fact('deposit', 'failed', payment)] });
    },
    async reverseDeposit(payment: Payment): Promise<void> {
      await report(payment, 'a deposit', 'reversed');
      const told = [fact('deposit', 'reversed', payment)];
      story.tell('DepositReversed', { legs: table.depositReversed(payment.units), told });
    },
    async deposit(units: Units): Promise<Payment> {
      const payment = await this.requestDeposit(units);
      await this.completeDeposit(payment);
      return payment;
    },

    async requestWithdrawal(units: Units): Promise<Payment> {
      const answer = await ask('withdrawals', units);
      mustBe(inquiry, `a withdrawal of ${euros(units)}`, answer, 201);
      const payment = { id: paymentIdOf(answer), units };
      const told = [fact('withdrawal', 'requested', payment)];
      story.tell('WithdrawalRequested', { legs: table.withdrawalRequested(units), told });
      return payment;
    },
    /** By the back office; where the platform approves by itself, it may be first, and that is the same. */
    async approveWithdrawal({ id }: Payment): Promise<void> {
      mustBe(inquiry, 'the approval of a withdrawal', await office(`withdrawals/${id}/approve`));
      story.tell('WithdrawalApproved');
    },
    async rejectWithdrawal(payment: Payment): Promise<void> {
      mustBe(inquiry, 'the rejection of a withdrawal', await office(`withdrawals/${payment.id}/reject`));
      returned('WithdrawalRejected', 'rejected', payment);
    },
    async cancelWithdrawal(payment: Payment): Promise<void> {
      const to = `/me/withdrawals/${payment.id}`;
      const answer = await player.send({ as: 'player', method: 'DELETE', to, token: player.token });
      mustBe(inquiry, 'the cancellation of a withdrawal', answer);
      returned('WithdrawalCancelled', 'cancelled', payment);
    },
    async completeWithdrawal(payment: Payment): Promise<void> {
      await report(payment, 'a withdrawal', 'completed');
      const told = [fact('withdrawal', 'completed', payment)];
      story.tell('WithdrawalCompleted', { legs: table.withdrawalCompleted(payment.units), told });
    },
    async failWithdrawal(payment: Payment): Promise<void> {
      await report(payment, 'a withdrawal', 'failed');
      returned('WithdrawalFailed', 'failed', payment);
    },
    async reverseWithdrawal(payment: Payment): Promise<void> {
      await report(payment, 'a withdrawal', 'reversed');
      const told = [fact('withdrawal', 'reversed', payment)];
      story.tell('WithdrawalReversed', { legs: table.withdrawalReversed(payment.units), told });
    },
  };

  function office(path: string): Promise<Answer> {
    return player.send({ as: 'back_office', method: 'POST', to: `/backoffice/players/${player.id}/${path}` });
  }

  function returned(type: string, status: PaymentFact['status'], payment: Payment): void {
    const told = [fact('withdrawal', status, payment)];
    story.tell(type, { legs: table.withdrawalReturned(payment.units), told });
  }
}

function paymentIdOf({ body: { payment_id } }: Answer): string {
  if (typeof payment_id !== 'string') throw new NotGathered('a payment was asked for and not named');
  return payment_id;
}
