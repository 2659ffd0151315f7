import test, { type ExecutionContext } from 'ava';
import { collector } from '../testing/otlp-collector.js';
import { createTracer, NO_TRACER, type Tracer, traceparentOf } from './tracing.js';

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const NOT_RECORDED = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';

/** A collector, and a tracer that has been loaded. */
async function collected(t: ExecutionContext, share?: string) {
  const { url, spans: received } = await collector(t);
  const tracer = createTracer('test', {
    OTEL_EXPORTER_OTLP_ENDPOINT: `${url}/`,
    ...(share === undefined ? {} : { OTEL_TRACES_SAMPLER_ARG: share }),
  });
  await loaded(tracer);
  return { tracer, received };
}

/** While OpenTelemetry loads, a span without a parent has no traceparent. */
async function loaded(tracer: Tracer): Promise<void> {
  while (tracer.start('probe', { kind: 'internal' }).traceparent === undefined)
    await new Promise((resolve) => setImmediate(resolve));
}

test('a span is part of its parent’s trace, hands itself on, and reaches the collector by the stop', async (t) => {
  const { tracer, received } = await collected(t);
  const span = tracer.start('a bet', { kind: 'server', parent: PARENT });
  t.regex(span.traceparent ?? '', /^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
  t.not(span.traceparent, PARENT);
  span.end({ error: 'refused' });
  await tracer.stop();
  const sent = received.find(({ name }) => name === 'a bet');
  t.like(sent, { traceId: '0af7651916cd43dd8448eb211c80319c', parentSpanId: 'b7ad6b7169203331' });
  t.like(sent?.status, { code: 2, message: 'refused' });
});

test('what a caller does not record is not recorded, and a share of none records no new trace', async (t) => {
  const { tracer, received } = await collected(t, '0');
  tracer.start('the caller says no', { kind: 'server', parent: NOT_RECORDED }).end();
  tracer.start('new', { kind: 'server' }).end();
  const recorded = tracer.start('the caller says yes', { kind: 'server', parent: PARENT });
  recorded.end();
  await tracer.stop();
  t.deepEqual(
    received.map(({ name }) => name),
    ['the caller says yes'],
  );
});

test('without a collector a valid traceparent is handed on as it is, anything else not', (t) => {
  const { traceparent } = NO_TRACER.start('x', { kind: 'server', parent: PARENT });
  t.is(traceparent, PARENT);
  t.is(createTracer('test', {}), NO_TRACER);
  for (const odd of [undefined, '', 'x', PARENT.toUpperCase(), `${PARENT}-more`, `${PARENT}\r\nX: y`]) {
    t.is(traceparentOf(odd), undefined);
    t.is(NO_TRACER.start('x', { kind: 'server', parent: odd }).traceparent, undefined);
  }
});

test('a share that is none is refused at the start', (t) => {
  for (const share of ['2', '-1', 'some'])
    t.throws(
      () => createTracer('test', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_TRACES_SAMPLER_ARG: share }),
      { message: /OTEL_TRACES_SAMPLER_ARG/ },
    );
});

test('a collector that is away holds nobody up', async (t) => {
  const tracer = createTracer('test', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' });
  await loaded(tracer);
  tracer.start('x', { kind: 'server' }).end();
  await t.notThrowsAsync(tracer.stop());
});
