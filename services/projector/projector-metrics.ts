import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export type ProjectorMetrics = ReturnType<typeof createProjectorMetrics>;

const LAG_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 30, 300];

/** What an operator watches: how far behind each loop is, and what must never happen. */
export function createProjectorMetrics(registry: Registry) {
  const registers = [registry];
  return {
    projected: new Counter({
      name: 'croupier_projector_projected_events_total',
      help: 'Events whose rows were committed.',
      registers,
    }),
    published: new Counter({
      name: 'croupier_projector_published_events_total',
      help: 'Events that JetStream acknowledged.',
      registers,
    }),
    lag: new Histogram({
      name: 'croupier_projector_lag_seconds',
      help: 'From recorded to committed (read_models) or acknowledged by JetStream (publishing), per batch, its last event.',
      labelNames: ['loop'] as const,
      buckets: LAG_BUCKETS_S,
      registers,
    }),
    position: new Gauge({
      name: 'croupier_projector_position',
      help: 'Position in the event store up to which each loop is done.',
      labelNames: ['loop'] as const,
      registers,
    }),
    pending: new Gauge({
      name: 'croupier_projector_pending_events',
      help: 'Player events committed by this process and not yet acknowledged by JetStream.',
      registers,
    }),
    integrityAlarms: new Counter({
      name: 'croupier_projector_integrity_alarms_total',
      help: 'Transaction ids of one provider seen at two players.',
      registers,
    }),
    foreignPublishes: new Counter({
      name: 'croupier_projector_foreign_publishes_total',
      help: 'Times JetStream was found beyond what this process had published: a second projector is active.',
      registers,
    }),
    active: new Gauge({
      name: 'croupier_projector_active',
      help: '1 while this projector works, 0 while it stands by. Over all of them the sum is 1, for moments 0 or 2.',
      registers,
    }),
    halted: new Gauge({
      name: 'croupier_projector_halted',
      help: '1 when the history is broken and the read models stopped.',
      registers,
    }),
  };
}
