import { runService } from '../../shared/http/run-service.js';
import { createLogger } from '../../shared/telemetry/log.js';
import { createTracer } from '../../shared/telemetry/tracing.js';
import { readConfig } from './config.js';
import { createProjector } from './service.js';

const logger = createLogger('projector', process.env.LOG_LEVEL);
await runService(logger, async () => {
  const projector = createProjector(readConfig(process.env), {
    logger,
    tracer: createTracer('projector', process.env),
  });
  await projector.start();
  return projector;
});
