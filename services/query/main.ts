import { runService } from '../../shared/http/run-service.js';
import { createLogger } from '../../shared/telemetry/log.js';
import { createTracer } from '../../shared/telemetry/tracing.js';
import { readConfig } from './config.js';
import { createQuery } from './service.js';

const logger = createLogger('query', process.env.LOG_LEVEL);
await runService(logger, async () => {
  const query = createQuery(readConfig(process.env), { logger, tracer: createTracer('query', process.env) });
  await query.start();
  return query;
});
