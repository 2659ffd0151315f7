import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'ava';
import { z } from 'zod';
import { collector } from '../../../shared/testing/otlp-collector.js';
import { startPlatform } from '../../embedded/platform.js';
import { ask } from '../../sandbox/demo/api.js';
import { deposit, withdraw } from '../../sandbox/demo/player.js';
import { currentData, formerData, madeUpPerson, registerFrom } from '../personal-data/person.js';
import { createSearch, searchFiles } from '../personal-data/search.js';
import { until } from '../until.js';
import { provokeErrors } from './errors.js';
import { searchOutputs } from './outputs.js';

// Goal: no secret and no personal datum leaves by a side door: a log (all services at debug level), an error's answer,
// a metric or a trace. Method: the demo's script on the real platform, played by somebody whose every datum is unique,
// with everything go wrong that a caller can make go wrong; then each datum and secret is sought in all that was put out.
// That there is something to find is seen by the player's id, which is in logs; that the search finds it, by
// outputs.test.ts.

const signedIn = z.object({ player_id: z.string(), token: z.string() });
/** In the sandbox's secrets, and no secret. */
const NOT_SECRET = new Set(['operatorClientId']);
const TRACED = ['croupier-command', 'croupier-projector', 'croupier-ft-bridge', 'croupier-query'];

test('secrets and personal data are in no log, error, metric or trace of a whole demo', async (t) => {
  t.timeout(170_000);
  const traces = await collector(t);
  const platform = await startPlatform({
    env: { LOG_LEVEL: 'debug', OTEL_EXPORTER_OTLP_ENDPOINT: traces.url, FT_JWT_KEY: '5f'.repeat(32) },
  });
  t.teardown(platform.stop);
  const { ready, logs } = platform;
  const services = [ready.gateway, ready.command, ready.bridge, ready.query, ready.fastTrack, ready.provider];

  const person = madeUpPerson();
  const { email, password } = person.registration;
  const changed = `${password}-changed`;
  const { player_id: id, token: first } = await registerFrom(ready.command, person);
  const login = { method: 'POST', url: `${ready.gateway}/login` } as const;
  const { token: second } = await ask(signedIn, { ...login, json: { email, password } });
  const player = { name: person.registration.first_name, email, id, token: second };
  const tokens = [first, second];

  await deposit(ready, player, '100.00');
  const own = (method: 'GET' | 'POST' | 'PUT', path: string, json?: object) =>
    ask(z.unknown(), { method, url: `${ready.gateway}${path}`, token: player.token, ...(json && { json }) });
  await playARound();
  await own('PUT', '/me', person.change);
  await own('PUT', '/me/consents', { email: true });
  await withdraw(ready, player, '20.00');
  const access = z.object({ access_token: z.string() });
  const grant = { client_id: ready.keys.operatorClientId, client_secret: ready.keys.operatorClientSecret };
  const { access_token } = await ask(access, { method: 'POST', url: `${ready.gateway}/token`, json: grant });
  const query = new URLSearchParams(grant);
  const again = await ask(access, { method: 'GET', url: `${ready.gateway}/token?${query}` });
  const frontEnd = z.object({ token: z.string() }).parse(await own('GET', '/me/fast-track-token'));
  const key = { 'X-Api-Key': ready.keys.backofficeApiKey };
  const found = `${ready.gateway}/backoffice/players?email=${encodeURIComponent(email)}`;
  await ask(z.unknown(), { method: 'GET', url: found, headers: key });
  const fromGateway = { 'X-Api-Key': ready.keys.operatorApiKey };
  await ask(z.unknown(), { method: 'GET', url: `${ready.gateway}/userdetails/${id}`, headers: fromGateway });
  const next = { current_password: password, new_password: changed };
  const { token: third } = signedIn.parse(await own('PUT', '/me/password', next));
  tokens.push(third, access_token, again.access_token, frontEnd.token);

  // What goes wrong: at Fast Track, at the edge, and in what callers send.
  await ask(z.unknown(), {
    method: 'POST',
    url: `${ready.fastTrack}/faults`,
    json: { mode: 'status', status: 500, count: 3 },
  });
  const errors = await provokeErrors(ready, {
    person,
    id,
    token: third,
    revoked: first,
    passwords: [password, changed],
  });
  t.true(errors.length > 20);
  t.deepEqual(
    errors.filter(({ status }) => status < 400),
    [],
    'all of them were refused',
  );
  await until('everything to be delivered', async () => {
    const { lanes } = await ask(z.object({ lanes: z.array(z.unknown()) }), {
      ...{ method: 'GET', url: `${ready.bridge}/operations/lanes?state=retrying`, headers: key },
    }).catch(() => ({ lanes: ['not yet'] }));
    return lanes.length === 0;
  });

  const secrets = z
    .record(z.string(), z.string())
    .parse(JSON.parse(await readFile(join(dirname(logs.folder), 'secrets.json'), 'utf8')));
  const data = [
    ...[...currentData(person), ...formerData(person), password, changed, ...tokens, '5f'.repeat(32)],
    ...Object.entries(secrets).flatMap(([name, secret]) => (NOT_SECRET.has(name) ? [] : [secret])),
  ];
  const metrics = await Promise.all(
    services.map(async (service) => ({ service, text: await (await fetch(`${service}/metrics`)).text() })),
  );
  for (const { service, text } of metrics) {
    t.true(text.includes('croupier_http_request_duration_seconds'), service);
  }
  await until('traces of every service', () =>
    TRACED.every((name) => traces.spans.some(({ service }) => service === name)),
  );
  const control = createSearch([id]);
  await searchFiles(control, logs.folder);

  t.deepEqual(await searchOutputs(data, { logFolder: logs.folder, metrics, errors, traces: traces.bodies }), []);
  t.true(
    control.finds().some((find) => find.includes('query.log')),
    'at debug level requests are in the log',
  );

  async function playARound(): Promise<void> {
    const game = { provider: 'mock', game_id: 'slot_abc' };
    const { session_id } = z.object({ session_id: z.string() }).parse(await own('POST', '/me/game-sessions', game));
    for (const mode of ['bet_and_win', 'play']) {
      const json = { player_id: id, session_id, stake: '1.00', currency: 'EUR', mode };
      await ask(z.unknown(), { method: 'POST', url: `${ready.provider}/games/slot_abc/spin`, json });
    }
  }
});
