import { readFileSync } from 'node:fs';
import test from 'ava';
import { catalogueSchema, contributionOf, createCatalogue } from './catalogue.js';

const file: unknown = JSON.parse(
  readFileSync(new URL('../../../shared/catalogue/catalogue.json', import.meta.url), 'utf8'),
);
const offered = createCatalogue(catalogueSchema.parse(file));

test('welcome_bonus_50 is what the design promises', (t) => {
  const welcome = offered.offeredTemplate('welcome_bonus_50');
  if (welcome === undefined) return t.fail('it is not offered');
  t.like(welcome, {
    wageringMultiple: '10',
    wageringBase: 'bonus',
    expiryDays: 30,
    stakeOrder: 'cash_first',
    sticky: false,
    conversionCapMultiple: '5',
    forfeitedByWithdrawal: true,
  });
  t.deepEqual(welcome.currencies.EUR, { min: '0.01', max: '100.00', maxBet: '5.00' });
  t.is(contributionOf(welcome, 'slot_abc', 'mock', offered.game('slot_abc')), '100');
  t.is(contributionOf(welcome, 'table_blackjack', 'mock', offered.game('table_blackjack')), '0');
  t.is(contributionOf(welcome, 'unknown', 'mock', undefined), '0');
});

test('the newest version is offered, unless it has ended; an old one stays readable', (t) => {
  const [first] = catalogueSchema.parse(file).bonusTemplates;
  if (first === undefined) return t.fail('the catalogue is empty');
  const versions = (ended: boolean) =>
    createCatalogue({ games: [], bonusTemplates: [first, { ...first, version: 2, name: 'newer', ended }] });
  t.is(versions(false).offeredTemplate(first.bonusId)?.version, 2);
  t.is(versions(true).offeredTemplate(first.bonusId), undefined);
  t.is(versions(true).template(first.bonusId, 1).name, first.name);
  t.throws(() => versions(true).template(first.bonusId, 3));
});

test('the most specific contribution decides', (t) => {
  const [first] = catalogueSchema.parse(file).bonusTemplates;
  if (first === undefined) return t.fail('the catalogue is empty');
  const game = { gameId: 'g', name: 'G', category: 'Slots', provider: 'p' };
  const by = (contributions: typeof first.contributions) => contributionOf({ ...first, contributions }, 'g', 'p', game);
  t.is(by({ games: { g: '5' }, providers: { p: '6' }, categories: { Slots: '7' } }), '5');
  t.is(by({ games: {}, providers: { p: '6' }, categories: { Slots: '7' } }), '6');
  t.is(by({ games: {}, providers: {}, categories: { Slots: '7' } }), '7');
  t.is(by({ games: {}, providers: {}, categories: {} }), '0');
});
