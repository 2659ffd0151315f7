import { runService } from '../../shared/http/run-service.js';
import { createLogger } from '../../shared/telemetry/log.js';
import { readSandboxConfig } from './config.js';
import { createPages } from './pages/pages.js';
import { startSandbox } from './sandbox.js';

await runService(createLogger('sandbox', process.env.LOG_LEVEL), async () => {
  const config = readSandboxConfig(process.env);
  const logger = createLogger('sandbox', config.logLevel);
  const pages = createPages();
  // Nobody waits for it: the sandbox plays its parts meanwhile, and only pages come when they are built.
  pages.prepare().catch((error: unknown) => logger.error({ err: error }, 'the pages could not be built'));
  const sandbox = await startSandbox(config, logger, pages);
  logger.info(sandbox.urls, 'the sandbox is up');
  return sandbox;
});
