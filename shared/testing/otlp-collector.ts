import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';

/** A span as a collector gets it, with the service that it is of. */
export type Collected = {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly status: { readonly code?: number; readonly message?: string };
};

type Wire = {
  readonly resourceSpans: readonly {
    readonly resource: {
      readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
    };
    readonly scopeSpans: readonly { readonly spans: readonly Omit<Collected, 'service'>[] }[];
  }[];
};

/** An OpenTelemetry collector that keeps what it is sent: OTLP over HTTP, as JSON. */
export async function collector(
  t: ExecutionContext,
): Promise<{ readonly url: string; readonly spans: readonly Collected[]; readonly bodies: readonly string[] }> {
  const collected: Collected[] = [];
  /** As they came, with everything that is in them. */
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    bodies.push(body);
    const { resourceSpans } = JSON.parse(body) as Wire;
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
      for (const { spans } of scopeSpans) collected.push(...spans.map((span) => ({ service, ...span })));
    }
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, spans: collected, bodies };
}
