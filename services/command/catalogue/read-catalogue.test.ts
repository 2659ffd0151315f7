import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { readConfig } from '../config.js';
import { readCatalogue } from './read-catalogue.js';

// Goal: a catalogue that could not be kept is refused at start, with a sentence that says what is wrong and where.

const GAME = { gameId: 'slot_abc', name: 'Slot ABC', category: 'Slots', provider: 'mock' };
const EUR = { min: '1.00', max: '100.00', maxBet: '5.00' };
const BONUS = {
  ...{ bonusId: 'b', version: 1, name: 'B', wageringMultiple: '10', wageringBase: 'bonus', expiryDays: 30 },
  contributions: { games: {}, providers: {}, categories: { Slots: '100', Table: '12.5' } },
  ...{ stakeOrder: 'cash_first', sticky: false, conversionCapMultiple: '5', forfeitedByWithdrawal: true, ended: false },
  currencies: { EUR },
};

const read = (bonusTemplates: readonly unknown[], games: readonly unknown[] = [GAME]) =>
  readCatalogue(JSON.stringify({ games, bonusTemplates }), 'my-catalogue.json');

test('a sensible catalogue is taken: versions, currencies without decimals, a gift without wagering', (t) => {
  const gift = { ...BONUS, bonusId: 'gift', wageringMultiple: '0', conversionCapMultiple: null };
  const nothingCounts = { games: {}, providers: {}, categories: {} };
  const catalogue = read([
    { ...BONUS, version: 2, currencies: { JPY: { min: '1', max: '100', maxBet: null }, EUR } },
    ...[BONUS, { ...gift, contributions: nothingCounts }],
  ]);
  t.is(catalogue.offeredTemplate('b')?.version, 2);
});

const FAULTY: readonly [string, readonly unknown[]][] = [
  ['bonus b has version 1 more than once', [BONUS, BONUS]],
  ['bonus b has no version 2, but a later one', [BONUS, { ...BONUS, version: 3 }]],
  ['bonus b has no version 1, but a later one', [{ ...BONUS, version: 2 }]],
  [
    'bonus b version 1: EUR.min 100.01 is above max 100.00',
    [{ ...BONUS, currencies: { EUR: { ...EUR, min: '100.01' } } }],
  ],
  [
    'bonus b version 1: EUR.max 100 must be written 100.00',
    [{ ...BONUS, currencies: { EUR: { ...EUR, max: '100' } } }],
  ],
  [
    'bonus b version 1: EUR.maxBet 5.001 is not an amount of it',
    [{ ...BONUS, currencies: { EUR: { ...EUR, maxBet: '5.001' } } }],
  ],
  [
    'bonus b version 1: EUR.maxBet 0.00 must be above zero',
    [{ ...BONUS, currencies: { EUR: { ...EUR, maxBet: '0.00' } } }],
  ],
  ['bonus b version 1: XYZ is no currency of ISO 4217', [{ ...BONUS, currencies: { XYZ: EUR } }]],
  ['bonus b version 1: it is offered in no currency', [{ ...BONUS, currencies: {} }]],
  [
    'bonus b version 1: contributions.games.g is 100.5 percent, more than 100',
    [{ ...BONUS, contributions: { ...BONUS.contributions, games: { g: '100.5' } } }],
  ],
  [
    'bonus b version 1: no bet counts towards its wagering',
    [{ ...BONUS, contributions: { games: { g: '0' }, providers: {}, categories: {} } }],
  ],
  [
    'bonus b version 1: conversionCapMultiple is 0: nothing would ever convert',
    [{ ...BONUS, conversionCapMultiple: '0' }],
  ],
  [
    'bonus b version 1: sticky without wagering: the player would get nothing',
    [{ ...BONUS, wageringMultiple: '0', sticky: true }],
  ],
  ['bonusTemplates.0.expiryDays: Too big: expected number to be <=3650', [{ ...BONUS, expiryDays: 3_651 }]],
  [
    'bonusTemplates.0.wageringMultiple: must be a decimal string without needless zeros',
    [{ ...BONUS, wageringMultiple: '10.0' }],
  ],
  [
    'bonusTemplates.0.wageringMultiple: must be a decimal string without needless zeros',
    [{ ...BONUS, wageringMultiple: '-1' }],
  ],
  ['bonusTemplates.0: Unrecognized key: "maxBet"', [{ ...BONUS, maxBet: '5.00' }]],
];

for (const [index, [fault, templates]] of FAULTY.entries()) {
  test(`${index + 1}: ${fault}`, (t) => {
    t.throws(() => read(templates), { message: `the catalogue my-catalogue.json is not usable:\n  ${fault}` });
  });
}

test('one game twice is refused; every fault is named', (t) => {
  const error = t.throws(() => read([BONUS, BONUS], [GAME, GAME]));
  t.deepEqual(error?.message.split('\n  ').slice(1), [
    'game slot_abc is there more than once',
    'bonus b has version 1 more than once',
  ]);
});

test('what is no JSON, or not there, names the file', (t) => {
  t.throws(() => readCatalogue('{', 'my-catalogue.json'), { message: 'the catalogue my-catalogue.json is not JSON' });
  const folder = mkdtempSync(join(tmpdir(), 'croupier-catalogue-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const env = {
    ...{ PORT: '0', EVENTSTORE_URL: 'x', POSTGRES_URL: 'x', CROUPIER_PROVIDERS: '[]', CROUPIER_PSPS: '[]' },
    ...{
      CROUPIER_EMAIL_KEY: 'ab'.repeat(32),
      CROUPIER_TOKEN_KEY: 'ab'.repeat(32),
      CROUPIER_OAUTH_KEY: 'ab'.repeat(32),
    },
    ...{ CROUPIER_OPERATOR_KEYS: '[]', CROUPIER_BACKOFFICE_KEYS: '[]' },
  };
  const file = join(folder, 'catalogue.json');
  const error = t.throws(() => readConfig({ ...env, CROUPIER_CATALOGUE: file }));
  t.true(error?.message.startsWith(`the catalogue ${file} cannot be read: ENOENT`));
  writeFileSync(file, JSON.stringify({ games: [GAME], bonusTemplates: [BONUS] }));
  t.is(readConfig({ ...env, CROUPIER_CATALOGUE: file }).catalogue.game('slot_abc')?.name, 'Slot ABC');
  t.truthy(readConfig(env).catalogue.offeredTemplate('welcome_bonus_50'));
});
