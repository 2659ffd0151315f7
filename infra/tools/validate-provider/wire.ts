import Router from '@koa/router';
import type { Context } from 'koa';
import { readRawBody } from '../../../shared/http/json-body.js';
import { startHttpServer } from '../../../shared/http/server.js';
import { isSignedBy } from '../../../shared/http/signature.js';
import { silentLogger } from '../../../shared/telemetry/log.js';
import { createMetrics } from '../../../shared/telemetry/metrics.js';

/** What can happen to a call on its way. */
export type Fault =
  /** The connection is cut before the wallet has the call. */
  | 'lost'
  /** The wallet takes the call, then the connection is cut. */
  | 'answer_lost'
  /** The wallet takes the call, and nothing is answered for longer than a provider should wait; then it is cut. */
  | 'silence'
  /** 503 with Retry-After; the wallet never had the call. */
  | 'unavailable'
  /** 502 with a page of HTML, as a proxy makes; the wallet never had the call. */
  | 'bad_gateway';

export type Fields = { readonly [name: string]: unknown };

export type Told = { readonly status: number; readonly code: string };

export type Call = {
  readonly action: string;
  readonly raw: string;
  /** What the body says; empty when it is no JSON object. */
  readonly fields: Fields;
  readonly isSigned: boolean;
  readonly fault: Fault | null;
  /** What the provider was answered; null while, and when, it is nothing. */
  readonly told: Told | null;
};

export type Wire = {
  readonly url: string;
  /** Everything that the provider sent, in order. */
  readonly calls: readonly Call[];
  stop(): Promise<void>;
};

export type WireOptions = {
  readonly host: string;
  readonly port: number;
  readonly walletUrl: string;
  readonly provider: { readonly id: string; readonly secret: string };
  /** How long a silence is. */
  readonly silenceMs: number;
  /** What happens to this call, of which so many of its action and player came before. */
  readonly faultOf: (call: {
    readonly action: string;
    readonly playerId: string;
    readonly nth: number;
  }) => Fault | null;
};

/** Calls that are left without an answer need not be waited for. */
const DRAIN_TIMEOUT_MS = 100;
const SIGNED_HEADERS = ['X-Provider-Id', 'X-Timestamp', 'X-Signature'] as const;

/** Stands between the provider and the wallet, writes everything down, and is as unreliable as it is told to be. */
export async function startWire({ host, port, walletUrl, provider, silenceMs, faultOf }: WireOptions): Promise<Wire> {
  const calls: { -readonly [name in keyof Call]: Call[name] }[] = [];
  const router = new Router();
  router.post('/provider/v1/:action', async (ctx) => {
    const raw = await readRawBody(ctx.req);
    const action = ctx.params.action ?? '';
    const fields = fieldsOf(raw);
    const playerId = String(fields.player_id);
    const nth = 1 + calls.filter((call) => call.action === action && String(call.fields.player_id) === playerId).length;
    const request = { timestamp: ctx.get('X-Timestamp'), method: ctx.method, path: ctx.path, body: raw };
    const isSigned =
      ctx.get('X-Provider-Id') === provider.id &&
      isSignedBy([provider.secret], ctx.get('X-Signature'), request, Date.now());
    const fault = faultOf({ action, playerId, nth });
    const call = { action, raw: raw.toString('utf8'), fields, isSigned, fault, told: null as Told | null };
    calls.push(call);
    const told = await answer(ctx, raw, fault);
    // An answer that the provider did not wait for has told it nothing.
    if (told !== null) ctx.res.once('finish', () => (call.told = ctx.req.socket.destroyed ? null : told));
  });

  async function answer(ctx: Context, raw: Buffer, fault: Fault | null): Promise<Told | null> {
    if (fault === 'unavailable') {
      ctx.set('Retry-After', '1');
      return render(ctx, 503, JSON.stringify({ title: 'Try again', status: 503, code: 'unavailable' }));
    }
    if (fault === 'bad_gateway') return render(ctx, 502, '<html><h1>502 Bad Gateway</h1></html>');
    if (fault !== 'lost') {
      const response = await fetch(`${walletUrl}${ctx.path}`, {
        method: 'POST',
        headers: Object.fromEntries(SIGNED_HEADERS.map((name) => [name, ctx.get(name)])),
        body: new Uint8Array(raw),
      });
      const text = await response.text();
      if (fault === null) return render(ctx, response.status, text);
    }
    ctx.respond = false;
    const { socket } = ctx.req;
    if (fault === 'silence' && silenceMs > 0) setTimeout(() => socket.destroy(), silenceMs).unref();
    else socket.destroy();
    return null;
  }

  const server = await startHttpServer({
    ...{ host, port, logger: silentLogger, metrics: createMetrics('validate-provider'), routers: [router] },
    readiness: () => [],
    drainTimeoutMs: DRAIN_TIMEOUT_MS,
  });
  return { url: server.url, calls, stop: () => server.stop() };
}

function render(ctx: Context, status: number, text: string): Told {
  ctx.status = status;
  ctx.type = text.startsWith('<') ? 'text/html' : status < 400 ? 'application/json' : 'application/problem+json';
  ctx.body = text;
  const { code } = fieldsOf(Buffer.from(text));
  return { status, code: typeof code === 'string' ? code : '' };
}

function fieldsOf(raw: Buffer): Fields {
  try {
    const value: unknown = JSON.parse(raw.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Fields) : {};
  } catch {
    return {};
  }
}
