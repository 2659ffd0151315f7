import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export type BridgeMetrics = ReturnType<typeof createBridgeMetrics>;

/** What is read when someone looks, rather than counted. */
export type BridgeGauges = {
  undelivered(): Promise<number>;
  parked(): Promise<number>;
  retrying(): number;
  inFlight(): number;
  partitionsOwned(): number;
  leadsIntake(): boolean;
  instances(): number;
  isBreakerOpen(): boolean;
};

export function createBridgeMetrics(registry: Registry) {
  const registers = [registry];
  return {
    taken: new Counter({ name: 'croupier_bridge_taken_total', help: 'Events committed to the inbox.', registers }),
    duplicates: new Counter({
      name: 'croupier_bridge_duplicates_total',
      help: 'Messages of events already in the inbox.',
      registers,
    }),
    repaired: new Counter({
      name: 'croupier_bridge_repaired_total',
      help: 'Events that the bus did not bring and the event store did.',
      registers,
    }),
    integrityAlarms: new Counter({
      name: 'croupier_bridge_integrity_alarms_total',
      help: 'Messages or events that are not what their hash chain says. Any is worth waking someone.',
      labelNames: ['reason'],
      registers,
    }),
    answers: new Counter({
      name: 'croupier_bridge_fast_track_answers_total',
      help: 'Requests to Fast Track by status; "none" when there was no answer.',
      labelNames: ['status'],
      registers,
    }),
    delivered: new Counter({
      name: 'croupier_bridge_delivered_total',
      help: 'Events of which Fast Track confirmed every message.',
      registers,
    }),
    replayed: new Counter({
      name: 'croupier_bridge_replayed_total',
      help: 'Events sent again because an operator asked for it; in no other count.',
      registers,
    }),
    replaysGivenUp: new Counter({
      name: 'croupier_bridge_replays_given_up_total',
      help: 'Replays that ended early, for Fast Track refused what they repeat.',
      registers,
    }),
    parked: new Counter({
      name: 'croupier_bridge_parked_total',
      help: 'Lanes that were parked: their player hears nothing more until someone decides. Any is worth waking someone.',
      labelNames: ['kind'],
      registers,
    }),
    breakerOpenings: new Counter({
      name: 'croupier_bridge_breaker_openings_total',
      help: 'Times that Fast Track took nothing from anybody, so that only probes were sent from then on.',
      registers,
    }),
    breakerProbes: new Counter({
      name: 'croupier_bridge_breaker_probes_total',
      help: 'Probes while the breaker was open.',
      registers,
    }),
    removed: new Counter({
      name: 'croupier_bridge_inbox_removed_total',
      help: 'Rows of confirmed events that were removed from the inbox because of their age.',
      registers,
    }),
    latency: new Histogram({
      name: 'croupier_bridge_recorded_to_delivered_seconds',
      help: 'From the recording of an event until Fast Track answered its last message with 200.',
      buckets: [0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600],
      registers,
    }),
  };
}

export function registerBridgeGauges(registry: Registry, gauges: BridgeGauges): void {
  const gauge = (name: string, help: string, read: () => number | Promise<number>) =>
    new Gauge({
      name: `croupier_bridge_${name}`,
      help,
      registers: [registry],
      async collect() {
        // Without its database the bridge still shows the rest.
        this.set(await Promise.resolve(read()).catch(() => Number.NaN));
      },
    });
  gauge('inbox_undelivered', 'Events in the inbox that Fast Track has not confirmed.', gauges.undelivered);
  gauge('lanes_parked', 'Players whose lane waits for an operator.', gauges.parked);
  gauge('lanes_retrying', 'Players whose next event has failed and will be sent again.', gauges.retrying);
  gauge('breaker_open', '1 while Fast Track takes nothing from anybody.', () => Number(gauges.isBreakerOpen()));
  gauge('requests_in_flight', 'Requests to Fast Track under way.', gauges.inFlight);
  gauge('partitions_owned', 'Partitions, of 256, whose lanes this instance delivers.', gauges.partitionsOwned);
  gauge('intake_leader', '1 where this instance takes from JetStream for all.', () => (gauges.leadsIntake() ? 1 : 0));
  gauge('instances', 'Bridges that share the work, as this one last saw.', gauges.instances);
}
