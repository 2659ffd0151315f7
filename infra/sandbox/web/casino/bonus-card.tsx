import { money } from '../design/format.js';
import { Badge, Meter } from '../design/parts.js';
import type { Bonus } from './player.js';

/** "welcome_bonus_50" reads as "Welcome bonus 50". */
export function bonusName(id: string): string {
  const words = id.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const TONES: { readonly [status: string]: 'good' | 'bad' | 'gold' | 'accent' } = {
  granted: 'gold',
  queued: 'accent',
  completed: 'good',
  cancelled: 'bad',
};

/** A bonus and how far it is wagered. */
export function BonusCard({ bonus }: { readonly bonus: Bonus }) {
  const { wagered, wagering_required: required, currency } = bonus;
  return (
    <article class="bonus" data-testid="bonus-card">
      <div class="row apart">
        <h3>{bonusName(bonus.bonus_id)}</h3>
        <Badge tone={TONES[bonus.status]}>
          {bonus.reason === null ? bonus.status : `${bonus.status}: ${bonus.reason}`}
        </Badge>
      </div>
      <p class="figure">{money(bonus.amount, currency)}</p>
      {required !== null && bonus.status === 'granted' && (
        <>
          {/* A length to draw, not money. */}
          <Meter label="Wagered" share={Number(wagered) / Number(required)} tone="gold" />
          <p class="small muted" data-testid="wagered">
            {money(wagered, currency)} of {money(required, currency)} wagered
          </p>
        </>
      )}
    </article>
  );
}
