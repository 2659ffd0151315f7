import { runService } from '../../shared/http/run-service.js';
import { createLogger } from '../../shared/telemetry/log.js';
import { createTracer } from '../../shared/telemetry/tracing.js';
import { readConfig } from './config.js';
import { startCommand } from './service.js';

await runService(createLogger('command'), () =>
  startCommand(readConfig(process.env), { tracer: createTracer('command', process.env) }),
);
