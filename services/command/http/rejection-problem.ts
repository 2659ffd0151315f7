import { match } from 'ts-pattern';
import { Problem, type ProblemCode, unauthorized } from '../../../shared/http/problem.js';
import type { Rejection } from '../player/rejection.js';

/** What each refusal of the domain is over HTTP: the one table of statuses and codes. */
export function problemOf(rejection: Rejection): Problem {
  return match(rejection)
    .with({ type: 'LoggedOut' }, unauthorized)
    .with({ type: 'EmailTaken' }, () => refusal(409, 'email_taken', 'The e-mail address is registered'))
    .with({ type: 'PlayerNotFound' }, () => refusal(404, 'player_not_found', 'There is no such player'))
    .with({ type: 'SessionNotFound' }, () => refusal(404, 'session_not_found', 'There is no such game session'))
    .with({ type: 'PaymentNotFound' }, () => refusal(404, 'not_found', 'There is no such payment'))
    .with({ type: 'BonusNotFound' }, () => refusal(404, 'not_found', 'There is no such bonus'))
    .with({ type: 'GameNotFound' }, () => refusal(404, 'not_found', 'There is no such game at this provider'))
    .with({ type: 'TransactionNotFound' }, () => refusal(404, 'transaction_not_found', 'There is no such transaction'))
    .with({ type: 'IdempotencyConflict' }, () =>
      refusal(409, 'idempotency_conflict', 'The id was used for a different request'),
    )
    .with({ type: 'TransactionRolledBack' }, () => refusal(409, 'transaction_rolled_back', 'It was rolled back'))
    .with({ type: 'TransactionAlreadySettled' }, () =>
      refusal(409, 'transaction_already_settled', 'The bet has a win that stands'),
    )
    .with({ type: 'InvalidTransition' }, ({ from, to }) =>
      refusal(409, 'invalid_transition', 'Its state does not allow this', { detail: `from ${from} to ${to}` }),
    )
    .with({ type: 'InsufficientFunds' }, ({ balance, currency }) =>
      refusal(422, 'insufficient_funds', 'The balance is too low', {
        members: { balance: { cash: balance.cash, bonus: balance.bonus, currency } },
      }),
    )
    .with({ type: 'CurrencyMismatch' }, ({ expected }) =>
      refusal(422, 'currency_mismatch', 'The player has another currency', { members: { expected } }),
    )
    .with({ type: 'SessionEnded' }, () => refusal(422, 'session_ended', 'The game session has ended'))
    .with({ type: 'PlayerBlocked' }, ({ reasons }) =>
      refusal(422, 'player_blocked', 'The player is blocked', { members: { reasons } }),
    )
    .with({ type: 'LimitExceeded' }, ({ kind, period, limit, remaining, currency }) =>
      refusal(422, 'limit_exceeded', 'It would pass a limit that the player has set', {
        members: { kind, period, limit, remaining, currency },
      }),
    )
    .with({ type: 'BonusBetLimitExceeded' }, ({ maxBet, currency }) =>
      refusal(422, 'bonus_bet_limit_exceeded', 'The bet is above what the active bonus allows', {
        members: { max_bet: maxBet, currency },
      }),
    )
    .with({ type: 'BonusNotAvailable' }, () => refusal(422, 'bonus_not_available', 'There is no such bonus to credit'))
    .with({ type: 'InvalidAmount' }, ({ detail }) =>
      refusal(422, 'invalid_amount', 'The amount is not allowed', { detail }),
    )
    .exhaustive();
}

function refusal(
  status: number,
  code: ProblemCode,
  title: string,
  options: ConstructorParameters<typeof Problem>[3] = {},
): Problem {
  return new Problem(status, code, title, options);
}
