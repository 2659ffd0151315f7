import { createHash } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { createFtBridge } from '../../../services/ft-bridge/service.js';
import { TEST_BRAND } from '../../../services/ft-bridge/tests/test-brand.js';
import { createProjector } from '../../../services/projector/service.js';
import { createQuery } from '../../../services/query/service.js';
import { createEsdbEventStore } from '../../../shared/event-store/esdb-event-store.js';
import { type PlayerId, parsePlayerId } from '../../../shared/ids/ids.js';
import { silentLogger as logger } from '../../../shared/telemetry/log.js';
import { createScribe, type Scribe } from '../../../shared/testing/scribe.js';
import { startStack } from '../../embedded/stack.js';
import { eventStoreHere } from '../event-store-here.js';
import { heavy } from '../heavy.js';
import { testDatabase } from '../test-database.js';
import { testStack } from '../test-stack.js';
import { fastTrackThatAsks, type Told } from './asking-fast-track.js';
import { type Answer, registration, SUBJECTS, type Subject } from './subjects.js';

// Goal: when Fast Track hears of something and asks back at once, the answer is never older than what it heard.
// Method: players change all the time in ways that date every answer; a Fast Track asks the real Operator API the moment
// it hears, before it answers, and compares. A player's writer is few changes ahead of what Fast Track heard, so that an
// old answer cannot be taken for a later one.

const CHANGES = heavy(10_000);
const PLAYERS = 24;
const AHEAD_MAX = 3;
const OPERATOR_KEY = 'the key of Fast Track';

test(`${CHANGES} times Fast Track asks back the moment it hears, and never gets an old answer`, async (t) => {
  t.timeout(CHANGES * 170);
  const players = Array.from({ length: PLAYERS }, (_, index) => changingPlayer(index + 1));
  const byId = new Map(players.map((player) => [player.id as string, player]));
  const old: string[] = [];
  let answers = 0;

  const { scribe, ask } = await platform(t, async (told) => {
    const player = byId.get(told.userId);
    const change = player?.changeAt(told.sequence);
    if (player === undefined || change === undefined) return;
    const { subject, n } = change;
    const answer = await ask(`${subject.question}/${told.userId}`);
    const ahead = (((subject.dateOf(answer) - n) % subject.cycle) + subject.cycle) % subject.cycle;
    if (ahead > AHEAD_MAX || told.path !== subject.message) {
      old.push(`${told.path} ${told.userId}@${told.sequence}: ${JSON.stringify(answer)} at change ${n}`);
    }
    answers += 1;
    player.heard();
  });
  const beganAt = performance.now();
  await Promise.all(players.map((player) => player.live(scribe, CHANGES / PLAYERS)));
  t.log(`${answers} answers, ${Math.round((answers * 1_000) / (performance.now() - beganAt))} a second`);
  t.deepEqual(old, []);
  t.true(answers >= CHANGES);
});

/** One after the other, each subject changes; no more than a few changes ahead of what Fast Track heard. */
function changingPlayer(number: number) {
  const id = parsePlayerId(String(number)) as PlayerId;
  const changes: { readonly subject: Subject; readonly n: number }[] = [];
  let ahead = 0;
  let goOn = () => {};

  return {
    id,
    // The registration is revision 0.
    changeAt: (revision: number) => changes[revision - 1],
    heard() {
      ahead -= 1;
      goOn();
    },
    /** Ends when Fast Track has heard of all. */
    async live(scribe: Scribe, count: number): Promise<void> {
      const waitUntilAheadBy = async (most: number) => {
        while (ahead > most) {
          await new Promise<void>((resolve) => {
            goOn = resolve;
          });
        }
      };
      await scribe.write(registration(id));
      for (let step = 0; step < count; step += 1) {
        const subject = SUBJECTS[step % SUBJECTS.length];
        if (subject === undefined) throw new Error('there are subjects');
        const n = Math.floor(step / SUBJECTS.length) + 1;
        changes.push({ subject, n });
        ahead += 1;
        await scribe.write(subject.change(id, n));
        await waitUntilAheadBy(AHEAD_MAX - 1);
      }
      await waitUntilAheadBy(0);
    },
  };
}

/** The services between an event and Fast Track, and the one that Fast Track asks. */
async function platform(t: ExecutionContext, onTold: (told: Told) => Promise<void>) {
  const [eventStoreUrl, nats, { postgresUrl: serverUrl }] = await Promise.all([
    eventStoreHere(t),
    startStack({ only: ['nats'] }),
    testStack(t, ['postgres']),
  ]);
  t.teardown(nats.stop);
  const postgresUrl = await testDatabase(t, serverUrl);
  const ours = { host: '127.0.0.1', port: 0, logLevel: 'silent', eventStoreUrl, postgresUrl, natsUrl: nats.natsUrl };
  const baseUrl = await fastTrackThatAsks(t, onTold);

  const query = createQuery(
    {
      ...{ HOST: ours.host, PORT: 0, LOG_LEVEL: 'silent', POSTGRES_URL: postgresUrl },
      ...{ CROUPIER_TOKEN_KEY: '11'.repeat(32), CROUPIER_OAUTH_KEY: '22'.repeat(32) },
      CROUPIER_OPERATOR_KEYS: [{ id: 'fast-track', sha256: createHash('sha256').update(OPERATOR_KEY).digest('hex') }],
      ...{ CROUPIER_BACKOFFICE_KEYS: [], CROUPIER_OAUTH_CLIENTS: [] },
    },
    { logger },
  );
  t.teardown(query.stop);
  const queryUrl = await query.start();

  const projector = createProjector({ ...ours, natsReplicas: 1 }, { logger });
  t.teardown(projector.stop);
  await projector.start();

  const fastTrack = {
    baseUrl,
    apiKey: 'key',
    keyHeader: 'X-Api-Key',
    profile: 'guide',
    origin: 'test',
    brand: TEST_BRAND,
  } as const;
  // However busy the machine is, nothing is sent twice: a second question would come later than its writer allows.
  const bridge = createFtBridge(
    { ...ours, instance: undefined, backofficeKeys: [], retentionHours: 72, fastTrack },
    { logger, tuning: { requestTimeoutMs: 120_000, leaseMs: 600_000 } },
  );
  t.teardown(bridge.stop);
  await bridge.start();

  const store = createEsdbEventStore({
    ...{ connectionString: eventStoreUrl, appendTimeoutMs: 20_000, readTimeoutMs: 20_000 },
  });
  t.teardown(store.close);
  return {
    scribe: createScribe(store),
    async ask(path: string): Promise<Answer> {
      const answer = await fetch(`${queryUrl}${path}`, { headers: { 'X-Api-Key': OPERATOR_KEY } });
      return (await answer.json()) as Answer;
    },
  };
}
