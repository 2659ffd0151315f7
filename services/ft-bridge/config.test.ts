import test from 'ava';
import { readConfig } from './config.js';

const ENV = {
  PORT: '0',
  POSTGRES_URL: 'postgres://localhost/croupier',
  NATS_URL: 'nats://localhost',
  EVENTSTORE_URL: 'esdb://localhost?tls=false',
  FT_BASE_URL: 'https://fast-track.example/brand',
  FT_API_KEY: 'secret',
  FT_ORIGIN: 'casino.example',
};

test('what is not said has its default', (t) => {
  t.like(readConfig(ENV), { instance: undefined, backofficeKeys: [], retentionHours: 72 });
  t.like(readConfig(ENV).fastTrack, { keyHeader: 'X-Api-Key', profile: 'guide', origin: 'casino.example' });
});

test('the native profile knows what the brand calls things, and what its currencies are worth', (t) => {
  const { fastTrack } = readConfig({ ...ENV, FT_PROFILE: 'native', FT_EXCHANGE_RATES: '{"SEK":"0.0885"}' });
  t.is(fastTrack.profile, 'native');
  t.is(fastTrack.brand.catalogue.game('slot_abc')?.name, 'Slot ABC');
  t.deepEqual(['EUR', 'SEK'].map(fastTrack.brand.exchangeRate), [1, 0.0885]);
  t.throws(() => fastTrack.brand.exchangeRate('USD'), { name: 'NoExchangeRate', message: /from USD to EUR/ });
});

for (const [title, env, message] of [
  [
    'a profile that nobody knows is refused',
    { ...ENV, FT_PROFILE: 'toString' },
    /FT_PROFILE: is no profile; guide and native are/,
  ],
  ['an address that is none is refused', { ...ENV, FT_BASE_URL: 'ftp://x' }, /FT_BASE_URL/],
  ['a header name that HTTP forbids is refused', { ...ENV, FT_KEY_HEADER: 'X Api\nKey' }, /FT_KEY_HEADER/],
  ['an instance name that cannot be shown is refused', { ...ENV, CROUPIER_INSTANCE: '' }, /CROUPIER_INSTANCE/],
  [
    'a time to keep rows must be one',
    { ...ENV, CROUPIER_BRIDGE_RETENTION_HOURS: '0' },
    /CROUPIER_BRIDGE_RETENTION_HOURS/,
  ],
  ['a base currency must be one', { ...ENV, FT_BASE_CURRENCY: 'EURO' }, /FT_BASE_CURRENCY: is no currency/],
  ['a rate is a decimal string', { ...ENV, FT_EXCHANGE_RATES: '{"SEK":"1e-2"}' }, /FT_EXCHANGE_RATES.SEK: must be a/],
  ['a rate of nothing is refused', { ...ENV, FT_EXCHANGE_RATES: '{"SEK":"0.0"}' }, /FT_EXCHANGE_RATES.SEK: must be ab/],
  ['a rate of no currency is refused', { ...ENV, FT_EXCHANGE_RATES: '{"XXZ":"2"}' }, /FT_EXCHANGE_RATES/],
  ['the base currency has no rate', { ...ENV, FT_EXCHANGE_RATES: '{"EUR":"2"}' }, /FT_EXCHANGE_RATES: must not list/],
  ['a catalogue that is not there is named', { ...ENV, CROUPIER_CATALOGUE: '/nowhere.json' }, /\/nowhere.json cannot/],
  ['a missing key is named', { ...ENV, FT_API_KEY: undefined }, /FT_API_KEY/],
] as const) {
  test(title, (t) => {
    const error = t.throws(() => readConfig(env), { message });
    t.notRegex(error?.message ?? '', /secret/);
  });
}
