import { collectDefaultMetrics, Registry } from 'prom-client';

/** The registry of one service: event-loop delay, memory and CPU are in it from the start. */
export function createMetrics(service: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry, prefix: 'croupier_' });
  return registry;
}
