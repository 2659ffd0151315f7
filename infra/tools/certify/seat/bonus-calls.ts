import type { Units } from '../../audit/ledger/minor-units.js';
import { amountOf } from '../../audit/ledger/minor-units.js';
import { type Answer, NotGathered } from '../evidence/wire.js';
import type { BonusStep } from '../fast-track/fact.js';
import { CURRENCY, euros, mustBe, type Player } from './player.js';

export type Bonus = { readonly bonusId: string; readonly userBonusId: string; readonly units: Units };

/** Bonuses as Fast Track credits them, and what must follow from them. */
export function bonusCalls(player: Player) {
  const { inquiry, story, table } = player;

  function fact(step: BonusStep, bonus: Bonus) {
    return { kind: 'bonus', step, ...bonus } as const;
  }

  function ask(bonusId: string, units: Units, headers: { readonly [name: string]: string } = {}): Promise<Answer> {
    const json = { player_id: player.id, bonus_id: bonusId, amount: Number(amountOf(units, CURRENCY)), metadata: {} };
    return player.send({ as: 'fast_track', method: 'POST', to: '/operator/bonus-credit', headers, json });
  }

  async function credit(bonusId: string, units: Units, status: 'granted' | 'queued'): Promise<Bonus> {
    const answer = await ask(bonusId, units, { 'X-Fasttrack-Id': inquiry.id('credit') });
    mustBe(inquiry, `a credit of ${bonusId}, ${euros(units)}`, answer);
    inquiry.compare(`${bonusId} is ${status}`, answer.body.status, status, [answer.n]);
    const { user_bonus_id: userBonusId } = answer.body;
    if (typeof userBonusId !== 'string') throw new NotGathered('a bonus was credited and not named');
    return { bonusId, userBonusId, units };
  }

  function granted(bonus: Bonus): void {
    story.tell('BonusGranted', { legs: table.bonusGranted(bonus.units), told: [fact('granted', bonus)] });
  }

  return {
    ...{ ask, granted },
    /** Fast Track credits it, and it starts at once. */
    async grant(bonusId: string, units: Units): Promise<Bonus> {
      const bonus = await credit(bonusId, units, 'granted');
      granted(bonus);
      return bonus;
    },
    /** Fast Track credits it, and it waits behind another. */
    async queue(bonusId: string, units: Units): Promise<Bonus> {
      const bonus = await credit(bonusId, units, 'queued');
      story.tell('BonusQueued', { told: [fact('queued', bonus)] });
      return bonus;
    },
    /** What must follow from what was just played. */
    progressed(bonus: Bonus): void {
      story.tell('BonusWageringProgressed', { told: [fact('progress', bonus)] });
    },
    completed(bonus: Bonus, of: { readonly converted: Units; readonly excess: Units }): void {
      story.tell('BonusCompleted', { legs: table.bonusCompleted(of), told: [fact('completed', bonus)] });
    },
    /** All that is on the bonus account goes back to the house. */
    cancelled(bonus: Bonus, step: 'forfeited' | 'lost' = 'forfeited'): void {
      story.tell('BonusCancelled', {
        legs: table.bonusCancelled(story.holdings.bonus),
        told: [fact(step, bonus)],
      });
    },
    async endBy(who: 'player' | 'back_office', bonus: Bonus): Promise<void> {
      const to =
        who === 'player'
          ? `/me/bonuses/${bonus.userBonusId}`
          : `/backoffice/players/${player.id}/bonuses/${bonus.userBonusId}`;
      const token = who === 'player' ? { token: player.token } : {};
      const answer = await player.send({ as: who, method: 'DELETE', to, ...token });
      mustBe(inquiry, `the end of ${bonus.bonusId}`, answer);
    },
    /** As the player sees it. */
    async shown({ userBonusId }: Bonus): Promise<{ readonly [field: string]: unknown }> {
      const answer = await player.read({ as: 'player', to: '/me/bonuses', token: player.token });
      const list = Array.isArray(answer.body.bonuses) ? (answer.body.bonuses as unknown[]) : [];
      for (const bonus of list) {
        if (typeof bonus === 'object' && bonus !== null && 'user_bonus_id' in bonus) {
          if (bonus.user_bonus_id === userBonusId) return { ...bonus };
        }
      }
      return {};
    },
  };
}
