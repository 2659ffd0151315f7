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

for (const [title, env, message] of [
  ['the native profile is refused by name', { ...ENV, FT_PROFILE: 'native' }, /FT_PROFILE: native is not spoken yet/],
  ['a profile that nobody knows is refused', { ...ENV, FT_PROFILE: 'toString' }, /FT_PROFILE: is no profile/],
  ['an address that is none is refused', { ...ENV, FT_BASE_URL: 'ftp://x' }, /FT_BASE_URL/],
  ['a header name that HTTP forbids is refused', { ...ENV, FT_KEY_HEADER: 'X Api\nKey' }, /FT_KEY_HEADER/],
  ['an instance name that cannot be shown is refused', { ...ENV, CROUPIER_INSTANCE: '' }, /CROUPIER_INSTANCE/],
  [
    'a time to keep rows must be one',
    { ...ENV, CROUPIER_BRIDGE_RETENTION_HOURS: '0' },
    /CROUPIER_BRIDGE_RETENTION_HOURS/,
  ],
  ['a missing key is named', { ...ENV, FT_API_KEY: undefined }, /FT_API_KEY/],
] as const) {
  test(title, (t) => {
    const error = t.throws(() => readConfig(env), { message });
    t.notRegex(error?.message ?? '', /secret/);
  });
}
