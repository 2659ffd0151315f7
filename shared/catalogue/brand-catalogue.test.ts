import test from 'ava';
import { catalogueFile } from '../config/catalogue-file.js';
import { readBrandCatalogue } from './brand-catalogue.js';

const GAME = { gameId: 'slot_abc', name: 'Slot ABC', category: 'Slots', provider: 'mock' };
const read = (value: unknown) => readBrandCatalogue(JSON.stringify(value), 'my-catalogue.json');

test('the catalogue that comes with Croupier names its games, providers, PSPs and kinds of bonus', (t) => {
  const { text, file } = catalogueFile(undefined);
  const catalogue = readBrandCatalogue(text, file);
  t.deepEqual(catalogue.game('slot_abc'), GAME);
  t.is(catalogue.providerName('mock'), 'Mock Games');
  t.is(catalogue.pspName('fake'), 'Fake PSP');
  t.is(catalogue.bonusKind('welcome_bonus_50'), 'welcome');
});

test('names may be left out, and what is not listed has none', (t) => {
  const catalogue = read({ games: [GAME], bonusTemplates: [{ bonusId: 'b', version: 1 }] });
  t.is(catalogue.game('constructor'), undefined);
  t.is(catalogue.providerName('__proto__'), undefined);
  t.is(catalogue.pspName('toString'), undefined);
  t.is(catalogue.bonusKind('b'), undefined);
});

test('a game without a name, an unknown kind and what is no JSON are refused, with their place', (t) => {
  const bonusTemplates: unknown[] = [];
  t.throws(() => read({ games: [{ ...GAME, name: '' }], bonusTemplates }), {
    message: /my-catalogue.*\n.*games.0.name/,
  });
  t.throws(() => read({ games: [], bonusTemplates, psps: { 'a b': 'x' } }), { message: /psps/ });
  t.throws(() => read({ games: [], bonusTemplates: [{ bonusId: 'b', kind: 'huge' }] }), {
    message: /bonusTemplates.0.kind/,
  });
  t.throws(() => readBrandCatalogue('{', 'f.json'), { message: 'the catalogue f.json is not JSON' });
});
