import { runService } from '../../shared/http/run-service.js';
import { createLogger } from '../../shared/telemetry/log.js';
import { readSandboxConfig } from './config.js';
import { startSandbox } from './sandbox.js';

await runService(createLogger('sandbox', process.env.LOG_LEVEL), async () => {
  const config = readSandboxConfig(process.env);
  const logger = createLogger('sandbox', config.logLevel);
  const sandbox = await startSandbox(config, logger);
  logger.info(sandbox.urls, 'the sandbox is up');
  return sandbox;
});
