import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { profiles as staging } from '../../../infra/sandbox/fast-track/profiles.js';
import { createMemoryEventStore } from '../../../shared/event-store/memory-event-store.js';
import { decodePlayerEvent } from '../../../shared/events/codec.js';
import { PLAYER_STREAMS } from '../../../shared/ids/streams.js';
import { passwordChanged, playerForgotten, playerLife } from '../../../shared/testing/player-life.js';
import { createScribe } from '../../../shared/testing/scribe.js';
import { goldenPlayerEvents, PAYLOAD_FOLDER, PROFILES, payloadFile, payloadText } from '../tests/golden-payloads.js';
import { player } from '../tests/stories.js';
import { TEST_BRAND } from '../tests/test-brand.js';
import { createBonusFacts } from './bonus-facts.js';
import type { FtMessage } from './ft-message.js';
import { createMessagesOf } from './messages-of.js';
import { FT_PROFILES, type FtProfile } from './profiles.js';

// Goal: what Fast Track is told of every event is written down byte for byte, and staging, which is strict, takes it.
// Method: every event form that was ever stored, and a whole life in which everything happens, in each profile.

/** Why staging refuses a message; undefined when it takes it. */
function fault(profile: FtProfile, { method, path, body }: FtMessage): string | undefined {
  const route = staging[profile].routes.find((known) => known.method === method && known.path === path);
  if (route === undefined) return `no route ${method} ${path}`;
  return route.schema.safeParse(JSON.parse(JSON.stringify(body))).error?.message;
}

for (const profile of PROFILES) {
  test(`${profile}: every event says what its golden payload says, byte for byte`, (t) => {
    const events = goldenPlayerEvents();
    for (const golden of events) {
      const file = payloadFile(profile, golden);
      t.is(payloadText(profile, golden), readFileSync(file, 'utf8'), file.pathname.split('/').slice(-2).join('/'));
    }
    const files = readdirSync(new URL(`${profile}/`, PAYLOAD_FOLDER));
    t.deepEqual(files.sort(), events.map(({ type, version }) => `${type}.v${version}.json`).sort());
  });

  test(`${profile}: staging takes every golden payload`, (t) => {
    for (const golden of goldenPlayerEvents()) {
      const messages: FtMessage[] = JSON.parse(readFileSync(payloadFile(profile, golden), 'utf8'));
      for (const message of messages) t.is(fault(profile, message), undefined, `${golden.type}: ${message.path}`);
    }
  });

  test(`${profile}: staging takes a whole life, read as the bridge reads it`, async (t) => {
    const store = createMemoryEventStore();
    const id = player(12345);
    await createScribe(store).write([...playerLife(id), passwordChanged(id), playerForgotten(id)]);
    const dialect = FT_PROFILES[profile];
    const messagesOf = createMessagesOf({
      ...{ mapping: dialect.mapping(TEST_BRAND), origin: 'casino.example.com', store },
      bonusFactsOf: dialect.asksForBonuses ? createBonusFacts(store) : undefined,
    });
    const paths = new Set<string>();
    for await (const stored of store.readAll({ streamPrefixes: [PLAYER_STREAMS] })) {
      for (const message of await messagesOf(decodePlayerEvent(stored))) {
        t.is(fault(profile, message), undefined, `${stored.type}: ${JSON.stringify(message.body)}`);
        paths.add(`${message.method} ${message.path}`);
      }
    }
    t.is(paths.size, staging[profile].routes.length, 'every route of staging was used');
  });
}
