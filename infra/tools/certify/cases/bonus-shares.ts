import type { Units } from '../../audit/ledger/minor-units.js';
import type { BonusShare, Split } from '../arithmetic/posting-table.js';

// How a stake and a win divide between player and bonus, in whole minor units.

/** Cash pays first, the bonus the rest. */
export function cashFirst(stake: Units, cash: Units): Split {
  const ofCash = stake < cash ? stake : cash;
  return { cash: ofCash, bonus: stake - ofCash };
}

/** The bonus pays first, cash the rest. */
export function bonusFirst(stake: Units, bonus: Units): Split {
  const ofBonus = stake < bonus ? stake : bonus;
  return { cash: stake - ofBonus, bonus: ofBonus };
}

/** The bonus part of a win: win × bonus stake ÷ stake, rounded down; the rest is cash. */
export function winShare(win: Units, { cash, bonus }: Split): Split {
  const ofBonus = (win * bonus) / (cash + bonus);
  return { cash: win - ofBonus, bonus: ofBonus };
}

/** The same win once the bonus had completed: what its cap leaves is cash, the rest is the house's. */
export function lateShare({ cash, bonus }: Split, capLeft: Units): BonusShare {
  const converted = bonus < capLeft ? bonus : capLeft;
  return { cash, bonus: 0n, converted, house: bonus - converted };
}

/** The same win or stake once the bonus had been cancelled: the bonus part is the house's. */
export function forfeitedShare({ cash, bonus }: Split): BonusShare {
  return { cash, bonus: 0n, house: bonus };
}
