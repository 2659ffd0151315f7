import { type BonusTemplate, type Catalogue, createCatalogue } from '../../catalogue/catalogue.js';

// Templates that differ in just what a test is about; what the product offers is catalogue.json.

const EASY: BonusTemplate = {
  bonusId: 'easy_bonus',
  version: 1,
  name: 'Cash first, 10 times, no limits',
  wageringMultiple: '10',
  wageringBase: 'bonus',
  contributions: { games: {}, providers: {}, categories: { Slots: '100', Table: '10' } },
  expiryDays: 30,
  stakeOrder: 'cash_first',
  sticky: false,
  conversionCapMultiple: null,
  forfeitedByWithdrawal: false,
  ended: false,
  currencies: { EUR: { min: '1.00', max: '500.00', maxBet: null } },
};

export const CATALOGUE: Catalogue = createCatalogue({
  games: [
    { gameId: 'slot_abc', name: 'Slot ABC', category: 'Slots', provider: 'mock' },
    { gameId: 'table_blackjack', name: 'Blackjack', category: 'Table', provider: 'mock' },
  ],
  bonusTemplates: [
    EASY,
    {
      ...EASY,
      bonusId: 'strict_bonus',
      name: 'Bonus first, 20 times, at most 5.00 a bet, converts 25 times, forfeited by a withdrawal',
      wageringMultiple: '20',
      stakeOrder: 'bonus_first',
      conversionCapMultiple: '25',
      forfeitedByWithdrawal: true,
      currencies: { EUR: { min: '1.00', max: '100.00', maxBet: '5.00' } },
    },
    {
      ...EASY,
      bonusId: 'sticky_bonus',
      name: 'Only what is won above it converts',
      wageringMultiple: '1',
      stakeOrder: 'bonus_first',
      sticky: true,
    },
    { ...EASY, bonusId: 'cash_gift', name: 'Nothing to wager', wageringMultiple: '0' },
    { ...EASY, bonusId: 'deposit_bonus', name: 'Wagers the deposit too', wageringBase: 'deposit_and_bonus' },
    { ...EASY, bonusId: 'ended_bonus', name: 'No longer offered', ended: true },
  ],
});
