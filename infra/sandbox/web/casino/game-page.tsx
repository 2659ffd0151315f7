import { useSignal } from '@preact/signals';
import { clockTime, money } from '../design/format.js';
import { Empty, Panel } from '../design/parts.js';
import { BonusCard } from './bonus-card.js';
import { balance } from './live.js';
import { type Bonus, useOwn } from './player.js';
import { Slot } from './slot.js';

type Played = {
  readonly round_id: string;
  readonly transaction_ids: readonly string[];
  readonly stake: string;
  readonly win: string;
  readonly at: string;
};

const ROUNDS_SHOWN = 8;

export function GamePage() {
  const rounds = useSignal<readonly Played[]>([]);
  const bonuses = useOwn<{ readonly bonuses: readonly Bonus[] }>('/me/bonuses?limit=5')?.bonuses ?? [];
  const active = bonuses.find(({ status }) => status === 'granted');
  const currency = balance.value?.currency ?? 'EUR';
  return (
    <div class="stack">
      <div class="row apart">
        <h1>Slot ABC</h1>
        <a href="#/">All games</a>
      </div>
      <div class="game">
        <Slot
          onRound={(round) => {
            rounds.value = [{ ...round, at: new Date().toISOString() }, ...rounds.value].slice(0, ROUNDS_SHOWN);
          }}
        />
        <div class="stack">
          {active && <BonusCard bonus={active} />}
          <Panel title="Your rounds">
            {rounds.value.length === 0 ? (
              <Empty>Spin, and the provider’s calls are listed here.</Empty>
            ) : (
              <ul class="list">
                {rounds.value.map((round) => (
                  <li key={round.round_id} data-testid="round">
                    <span class="grow">
                      {clockTime(round.at)} <small class="muted">stake {money(round.stake, currency)}</small>
                    </span>
                    <span class={`amount ${Number(round.win) > 0 ? 'up' : ''}`} data-testid="win">
                      {money(round.win, currency)}
                    </span>
                  </li>
                ))}
              </ul>
            )}
          </Panel>
          <Panel title="Paytable">
            <ul class="paytable small">
              <li>Five sevens: 100 × the stake</li>
              <li>Five of a kind: 20 ×, four: 10 ×</li>
              <li>Five coins or clovers: 5 ×</li>
              <li>Three of a kind: 2 ×, a pair: the stake back</li>
              <li>From the left, on the line. It returns 96 %.</li>
            </ul>
          </Panel>
        </div>
      </div>
    </div>
  );
}
