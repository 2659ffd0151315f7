import type { Attributes, Span as OtelSpan, Tracer as OtelTracer, SpanContext } from '@opentelemetry/api';
import type { Env } from '../config/env.js';

/** One piece of work of a trace. */
export type Span = {
  /** W3C traceparent to hand on: this span's, or its parent's where nothing is recorded. Undefined without any trace. */
  readonly traceparent: string | undefined;
  /** Ends it, now unless said otherwise. `error`, in words without secrets or personal data, marks it as failed. */
  end(outcome?: Ending): void;
};

export type Ending = {
  /** What it turned out to be. */
  readonly name?: string;
  readonly attributes?: Attributes;
  readonly error?: string;
  /** Ms since the epoch. */
  readonly at?: number;
};

export type SpanOptions = {
  readonly kind: 'server' | 'client' | 'producer' | 'consumer' | 'internal';
  /** W3C traceparent of what this is part of. What is not one is as good as none: a new trace begins. */
  readonly parent?: string | undefined;
  readonly attributes?: Attributes;
  /** When it began, ms since the epoch; default now. */
  readonly at?: number;
};

/** Cheap where nobody listens: then it hands on what it was given. */
export type Tracer = {
  start(name: string, options: SpanOptions): Span;
  /** Sends what has not been sent. */
  stop(): Promise<void>;
};

/** Of a stop, too. */
const EXPORT_MS = 1_000;

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Where nobody listens. */
export const NO_TRACER: Tracer = {
  start: (_, { parent }) => passedOn(parent),
  stop: async () => undefined,
};

/**
 * Records the spans of one service, as two of the standard's own variables say: `OTEL_EXPORTER_OTLP_ENDPOINT`, the base URL
 * of a collector that takes OTLP over HTTP (without it nothing is recorded), and `OTEL_TRACES_SAMPLER_ARG`, the share of
 * new traces that is recorded, 0 to 1, default 1 (what a caller has decided is kept). OpenTelemetry is loaded only where a
 * collector is named, and while it loads nothing is recorded. Source:
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 *
 * @throws Error when the share is no number from 0 to 1
 */
export function createTracer(service: string, env: Env): Tracer {
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (!endpoint) return NO_TRACER;
  const share = Number(env.OTEL_TRACES_SAMPLER_ARG ?? 1);
  if (!(share >= 0 && share <= 1)) throw new Error('OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1');
  let tracer: Tracer | undefined;
  const loading = load(service, `${endpoint.replace(/\/$/, '')}/v1/traces`, share).then((loaded) => {
    tracer = loaded;
  });
  return {
    start: (name, options) => (tracer ?? NO_TRACER).start(name, options),
    async stop() {
      await loading;
      await tracer?.stop();
    },
  };
}

/** The valid traceparent that was given, and nothing else: it goes into events and headers. */
export function traceparentOf(given: string | undefined): string | undefined {
  return given !== undefined && TRACEPARENT.test(given) ? given : undefined;
}

function passedOn(parent: string | undefined): Span {
  return { traceparent: traceparentOf(parent), end: () => undefined };
}

async function load(service: string, url: string, share: number): Promise<Tracer> {
  const [api, sdk, { resourceFromAttributes }, { OTLPTraceExporter }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/exporter-trace-otlp-http'),
  ]);
  const provider = new sdk.BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': `croupier-${service}` }),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(share) }),
    spanProcessors: [new sdk.BatchSpanProcessor(new OTLPTraceExporter({ url, timeoutMillis: EXPORT_MS }))],
  });
  const kinds = {
    server: api.SpanKind.SERVER,
    client: api.SpanKind.CLIENT,
    producer: api.SpanKind.PRODUCER,
    consumer: api.SpanKind.CONSUMER,
    internal: api.SpanKind.INTERNAL,
  };
  const tracer: OtelTracer = provider.getTracer('croupier');

  return {
    start(name, { kind, parent, attributes = {}, at }) {
      const remote = contextOf(parent);
      const context = remote === undefined ? api.ROOT_CONTEXT : api.trace.setSpanContext(api.ROOT_CONTEXT, remote);
      const span = tracer.startSpan(
        name,
        { kind: kinds[kind], attributes, ...(at === undefined ? {} : { startTime: at }) },
        context,
      );
      return {
        traceparent: headerOf(span),
        end({ name: found, attributes: more = {}, error, at: endedAt } = {}) {
          if (found !== undefined) span.updateName(found);
          span.setAttributes(more);
          if (error !== undefined) span.setStatus({ code: api.SpanStatusCode.ERROR, message: error });
          span.end(endedAt);
        },
      };
    },
    // What the collector does not take is lost: traces explain, they decide nothing.
    stop: () => provider.shutdown().catch(() => undefined),
  };
}

function contextOf(parent: string | undefined): SpanContext | undefined {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(parent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
}

function headerOf(span: OtelSpan): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}
