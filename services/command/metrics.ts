import type { Context, Middleware } from 'koa';
import { Counter, Histogram, type Registry } from 'prom-client';
import {
  AppendOutcomeUnknown,
  type EventStore,
  RevisionConflict,
  StoreUnavailable,
} from '../../shared/event-store/event-store.js';
import { Problem } from '../../shared/http/problem.js';

export type CommandMetrics = {
  /** For every router: counts what came of each request. */
  readonly countOutcomes: Middleware;
  /** The store, each of whose appends is measured. */
  measured(store: EventStore): EventStore;
  /** An append lost its race, and the decision is taken again. */
  conflict(): void;
  /** A body had so many fields that we do not know, where that is allowed. */
  ignoredFields(ctx: Context, count: number): void;
};

/** What an operator watches of the write side: what is decided, how often writers meet, what callers say in vain. */
export function createCommandMetrics(registry: Registry): CommandMetrics {
  const registers = [registry];
  const outcomes = new Counter({
    name: 'croupier_command_outcomes_total',
    help: 'Requests by route and what came of them: accepted, unchanged, replayed, or the code of the refusal.',
    labelNames: ['route', 'outcome'] as const,
    registers,
  });
  const conflicts = new Counter({
    name: 'croupier_command_append_conflicts_total',
    help: 'Appends to a player that found another writer first, so that the decision was taken again.',
    registers,
  });
  const appends = new Histogram({
    name: 'croupier_command_append_seconds',
    help: 'Appends, with what was sent again, by what came of them: stored, conflict, unknown, failed.',
    labelNames: ['outcome'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  });
  const ignored = new Counter({
    name: 'croupier_command_ignored_fields_total',
    help: 'Unknown fields in the bodies of callers that may add some: Fast Track and PSPs.',
    labelNames: ['route'] as const,
    registers,
  });
  return {
    async countOutcomes(ctx, next) {
      try {
        await next();
        outcomes.inc({ route: routeOf(ctx), outcome: outcomeOf(ctx) });
      } catch (error) {
        outcomes.inc({ route: routeOf(ctx), outcome: error instanceof Problem ? error.code : 'internal' });
        throw error;
      }
    },
    measured: (store) => ({
      ...store,
      async append(stream, events, expected) {
        const end = appends.startTimer();
        try {
          const result = await store.append(stream, events, expected);
          end({ outcome: 'stored' });
          return result;
        } catch (error) {
          end({ outcome: outcomeOfFailed(error) });
          throw error;
        }
      },
    }),
    conflict: () => conflicts.inc(),
    ignoredFields: (ctx, count) => ignored.inc({ route: routeOf(ctx) }, count),
  };
}

function outcomeOfFailed(error: unknown): 'conflict' | 'unknown' | 'failed' {
  if (error instanceof RevisionConflict) return 'conflict';
  return error instanceof AppendOutcomeUnknown || error instanceof StoreUnavailable ? 'unknown' : 'failed';
}

function outcomeOf(ctx: Context): string {
  if (ctx.res.hasHeader('Idempotency-Replayed')) return 'replayed';
  return ctx.res.hasHeader('X-Position') ? 'accepted' : 'unchanged';
}

/** The route's pattern, never the path: a label per player would grow without end. */
function routeOf(ctx: Context): string {
  return ctx._matchedRoute?.toString() ?? 'none';
}
