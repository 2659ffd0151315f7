import test from 'ava';
import { betBody, commandService, readyPlayer } from '../../../services/command/tests/command-client.js';
import { createFtBridge } from '../../../services/ft-bridge/service.js';
import { scriptedFastTrack } from '../../../services/ft-bridge/tests/scripted-fast-track.js';
import { TEST_BRAND } from '../../../services/ft-bridge/tests/test-brand.js';
import { createProjector } from '../../../services/projector/service.js';
import { createEsdbEventStore } from '../../../shared/event-store/esdb-event-store.js';
import { silentLogger as logger } from '../../../shared/telemetry/log.js';
import { createTracer, type Tracer } from '../../../shared/telemetry/tracing.js';
import { collector } from '../../../shared/testing/otlp-collector.js';
import { startStack } from '../../embedded/stack.js';
import { eventStoreHere } from '../event-store-here.js';
import { testDatabase } from '../test-database.js';
import { testStack } from '../test-stack.js';

// Goal: whoever looks at a provider's call in a tracing tool sees what became of it, up to Fast Track's answer.
// Method: the real services on real servers send their spans to a collector; one signed bet names a trace.

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const PROVIDER_SPAN = 'b7ad6b7169203331';

test('one trace leads from a provider’s call through command, projector and bridge to Fast Track', async (t) => {
  const { url: OTEL_EXPORTER_OTLP_ENDPOINT, spans } = await collector(t);
  const tracerOf = (service: string) => loaded(createTracer(service, { OTEL_EXPORTER_OTLP_ENDPOINT }));
  const [eventStoreUrl, nats, { postgresUrl: serverUrl }, fastTrack] = await Promise.all([
    ...[eventStoreHere(t), startStack({ only: ['nats'] }), testStack(t, ['postgres']), scriptedFastTrack(t)],
  ] as const);
  t.teardown(nats.stop);
  const postgresUrl = await testDatabase(t, serverUrl);
  const ours = { host: '127.0.0.1', port: 0, logLevel: 'silent', eventStoreUrl, postgresUrl, natsUrl: nats.natsUrl };

  const store = createEsdbEventStore({ connectionString: eventStoreUrl });
  const command = await commandService(t, { store, tracer: await tracerOf('command') });
  const projector = createProjector({ ...ours, natsReplicas: 1 }, { logger, tracer: await tracerOf('projector') });
  await projector.start();
  const bridge = createFtBridge(
    {
      ...{ ...ours, instance: undefined, backofficeKeys: [], retentionHours: 72 },
      fastTrack: {
        baseUrl: fastTrack.url,
        apiKey: 'key',
        keyHeader: 'X-Api-Key',
        profile: 'guide',
        origin: 'test',
        brand: TEST_BRAND,
      },
    },
    { logger, tracer: await tracerOf('ft-bridge') },
  );
  await bridge.start();

  const player = await readyPlayer(command);
  const bet = await command.provider('bet', betBody(player), { traceparent: `00-${TRACE_ID}-${PROVIDER_SPAN}-01` });
  t.is(bet.status, 200);
  await fastTrack.until(
    ({ taken }) => taken.filter(({ headers }) => headers.traceparent?.includes(TRACE_ID)).length === 2,
  );
  // Each sends what it has recorded by its stop.
  await Promise.all([command.stop(), projector.stop(), bridge.stop()]);

  const own = spans.filter(({ traceId }) => traceId === TRACE_ID);
  const called = own.find(({ service }) => service === 'croupier-command');
  t.like(called, { name: 'POST /provider/v1/bet', parentSpanId: PROVIDER_SPAN });
  const later = own.filter(({ service }) => service !== 'croupier-command');
  t.true(later.every(({ parentSpanId }) => parentSpanId === called?.spanId));
  t.deepEqual(later.map(({ service, name }) => `${service}: ${name}`).sort(), [
    'croupier-ft-bridge: POST /v2/integration/balances',
    'croupier-ft-bridge: POST /v2/integration/casino',
    'croupier-projector: publish BetPlaced',
  ]);
  const heard = fastTrack.taken.filter(({ headers }) => headers.traceparent?.includes(TRACE_ID));
  t.deepEqual(
    heard.map(({ headers }) => headers.traceparent).sort(),
    later
      .filter(({ service }) => service === 'croupier-ft-bridge')
      .map(({ spanId }) => `00-${TRACE_ID}-${spanId}-01`)
      .sort(),
  );
  // What nobody traces begins a trace of its own: nobody else's spans are in this one.
  t.true(spans.length > own.length);
});

/** While OpenTelemetry loads, a span without a parent has no traceparent. */
async function loaded(tracer: Tracer): Promise<Tracer> {
  while (tracer.start('probe', { kind: 'internal' }).traceparent === undefined)
    await new Promise((resolve) => setImmediate(resolve));
  return tracer;
}
