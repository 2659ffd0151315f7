import { runService } from '../../shared/http/run-service.js';
import { createLogger } from '../../shared/telemetry/log.js';
import { readConfig } from './config.js';
import { createQuery } from './service.js';

const logger = createLogger('query', process.env.LOG_LEVEL);
await runService(logger, async () => {
  const query = createQuery(readConfig(process.env), { logger });
  await query.start();
  return query;
});
