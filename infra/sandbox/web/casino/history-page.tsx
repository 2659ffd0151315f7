import { clockTime, dayAndTime, money } from '../design/format.js';
import type { IconName } from '../design/icon.js';
import { Icon } from '../design/icon.js';
import { Badge, Empty, Panel } from '../design/parts.js';
import { type GameSession, type Transaction, useOwn } from './player.js';

const ICONS: { readonly [kind: string]: IconName } = {
  bet: 'game',
  win: 'win',
  rollback: 'rollback',
  deposit: 'deposit',
  withdrawal: 'withdrawal',
  bonus: 'bonus',
};

export function HistoryPage() {
  const found = useOwn<{ readonly transactions: readonly Transaction[] }>('/me/transactions?limit=50');
  const sessions = useOwn<{ readonly game_sessions: readonly GameSession[] }>('/me/game-sessions?limit=10');
  const transactions = found?.transactions ?? [];
  return (
    <div class="stack">
      <h1>History</h1>
      <Panel title="Transactions">
        {transactions.length === 0 ? (
          <Empty>Nothing has happened yet.</Empty>
        ) : (
          <ul class="list">
            {transactions.map((transaction) => (
              <TransactionRow key={`${transaction.revision}.${transaction.part}`} transaction={transaction} />
            ))}
          </ul>
        )}
      </Panel>
      <Panel title="Game sessions">
        {(sessions?.game_sessions.length ?? 0) === 0 ? (
          <Empty>No game played yet.</Empty>
        ) : (
          <ul class="list">
            {sessions?.game_sessions.map((session) => (
              <li key={session.session_id}>
                <Icon name="game" />
                <span class="grow">
                  {session.game_id} <small class="muted">{dayAndTime(session.started_at)}</small>
                </span>
                <span class="small muted">
                  {session.bets} bets, staked {money(session.staked, session.currency)}, won{' '}
                  {money(session.won, session.currency)}
                </span>
                <Badge tone={session.ended_at === null ? 'good' : undefined}>
                  {session.ended_at === null ? 'open' : 'ended'}
                </Badge>
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </div>
  );
}

function TransactionRow({ transaction }: { readonly transaction: Transaction }) {
  const { kind, type, amount, currency, cash_after: cash, bonus_after: bonus, recorded_at: at } = transaction;
  return (
    <li>
      <Icon name={ICONS[kind] ?? 'ledger'} />
      <span class="grow">
        {words(type)} <small class="muted">{clockTime(at)}</small>
      </span>
      {amount !== null && currency !== null && <span class="amount">{money(amount, currency)}</span>}
      {cash !== null && bonus !== null && currency !== null && (
        <span class="small muted after">
          {money(cash, currency)} + {money(bonus, currency)}
        </span>
      )}
    </li>
  );
}

/** "BetPlaced" reads as "Bet placed"; a step ("granted") as it is. */
export function words(type: string): string {
  const spaced = type.replace(
    /([a-z])([A-Z])/g,
    (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
  );
  return spaced.charAt(0).toUpperCase() + spaced.slice(1).replaceAll('_', ' ');
}
