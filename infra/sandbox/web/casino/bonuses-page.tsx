import { Outcome, useSending } from '../design/form.js';
import { Empty, Panel } from '../design/parts.js';
import { BonusCard } from './bonus-card.js';
import { type Bonus, useOwn } from './player.js';
import { own } from './session.js';

export function BonusesPage() {
  const bonuses = useOwn<{ readonly bonuses: readonly Bonus[] }>('/me/bonuses?limit=20')?.bonuses ?? [];
  const sending = useSending();
  const giveUp = (bonus: Bonus) =>
    sending.send(async () => {
      await own(`/me/bonuses/${encodeURIComponent(bonus.user_bonus_id)}`, { method: 'DELETE' });
      return 'The bonus is given up.';
    });
  return (
    <div class="stack">
      <h1>Bonuses</h1>
      <Outcome sending={sending} />
      <Panel title="Yours">
        {bonuses.length === 0 && (
          <Empty>No bonus yet. The first deposit brings one, when Fast Track’s campaign is on.</Empty>
        )}
        {bonuses.map((bonus) => (
          <div class="stack tight" key={bonus.user_bonus_id}>
            <BonusCard bonus={bonus} />
            {(bonus.status === 'granted' || bonus.status === 'queued') && (
              <div>
                <button class="button quiet small" type="button" onClick={() => giveUp(bonus)}>
                  Give it up
                </button>
              </div>
            )}
          </div>
        ))}
      </Panel>
    </div>
  );
}
