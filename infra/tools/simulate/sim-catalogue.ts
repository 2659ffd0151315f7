import { type BonusTemplate, createCatalogue } from '../../../services/command/catalogue/catalogue.js';
import { decimalsOf, write } from './minor-units.js';

// One template for each rule that a bonus may have, small enough to be wagered within a few bets.

export const CURRENCIES = ['EUR', 'JPY', 'KWD'] as const;

export const GAMES = [
  { gameId: 'slot', name: 'Slot', category: 'Slots', provider: 'mock' },
  { gameId: 'table', name: 'Table', category: 'Table', provider: 'mock' },
  { gameId: 'fruit', name: 'Fruit', category: 'Slots', provider: 'acme' },
  { gameId: 'cards', name: 'Cards', category: 'Live', provider: 'acme' },
] as const;

function terms(maxBet: number | null): BonusTemplate['currencies'] {
  return Object.fromEntries(
    CURRENCIES.map((currency) => {
      const amount = (minor: number) => write(minor, decimalsOf(currency));
      return [currency, { min: amount(100), max: amount(10_000), maxBet: maxBet === null ? null : amount(maxBet) }];
    }),
  );
}

const PLAIN: BonusTemplate = {
  bonusId: 'cash_first',
  version: 1,
  name: 'Cash first, once',
  wageringMultiple: '1',
  wageringBase: 'bonus',
  contributions: { games: { cards: '50' }, providers: { acme: '100' }, categories: { Slots: '100', Table: '12.5' } },
  expiryDays: 7,
  stakeOrder: 'cash_first',
  sticky: false,
  conversionCapMultiple: null,
  forfeitedByWithdrawal: false,
  ended: false,
  currencies: terms(null),
};

export const TEMPLATES: readonly BonusTemplate[] = [
  PLAIN,
  { ...PLAIN, bonusId: 'bonus_first', wageringMultiple: '3', stakeOrder: 'bonus_first', forfeitedByWithdrawal: true },
  { ...PLAIN, bonusId: 'sticky', wageringMultiple: '0.5', stakeOrder: 'bonus_first', sticky: true },
  { ...PLAIN, bonusId: 'sticky_capped', stakeOrder: 'bonus_first', sticky: true, conversionCapMultiple: '0.7' },
  { ...PLAIN, bonusId: 'capped', wageringMultiple: '0.5', stakeOrder: 'bonus_first', conversionCapMultiple: '1.1' },
  { ...PLAIN, bonusId: 'gift', wageringMultiple: '0', expiryDays: 1 },
  { ...PLAIN, bonusId: 'with_deposit', wageringBase: 'deposit_and_bonus', stakeOrder: 'bonus_first', expiryDays: 2 },
  { ...PLAIN, bonusId: 'small_bets', wageringMultiple: '2', currencies: terms(500), expiryDays: 30 },
  { ...PLAIN, bonusId: 'ended', ended: true },
];

export const CATALOGUE = createCatalogue({ games: [...GAMES], bonusTemplates: [...TEMPLATES] });
