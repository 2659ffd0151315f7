import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { createAuthority } from '../../infra/testing/certificates.js';
import { temporaryFolder } from '../../infra/testing/temporary-folder.js';
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

test('an authority of the brand is read when it is named, and what is none is refused at the start', async (t) => {
  const folder = await temporaryFolder(t);
  const [good, bad] = [join(folder, 'ca.pem'), join(folder, 'bad.pem')];
  const { ca } = createAuthority('an authority');
  await writeFile(good, `# of the brand\n${ca}${ca}`);
  await writeFile(bad, ca.replace(/[A-Z]{3}/, 'AAA').slice(0, 200));
  t.is(readConfig({ ...ENV, FT_CA_FILE: good }).fastTrack.ca, ca + ca);
  t.is(readConfig(ENV).fastTrack.ca, undefined);
  t.throws(() => readConfig({ ...ENV, FT_CA_FILE: bad }), {
    message: /FT_CA_FILE: .*bad.pem cannot be used: it holds/,
  });
  await writeFile(bad, ca.replace(/MII/, 'AAA'));
  t.throws(() => readConfig({ ...ENV, FT_CA_FILE: bad }), { message: /FT_CA_FILE: .*bad.pem cannot be used/ });
  t.throws(() => readConfig({ ...ENV, FT_CA_FILE: folder }), { message: /FT_CA_FILE: .*cannot be used/ });
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
