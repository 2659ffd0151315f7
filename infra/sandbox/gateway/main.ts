import { runService } from '../../../shared/http/run-service.js';
import { createLogger } from '../../../shared/telemetry/log.js';
import { readGatewayConfig } from './config.js';
import { startGateway } from './gateway.js';

await runService(createLogger('gateway', process.env.LOG_LEVEL), async () => {
  const config = readGatewayConfig(process.env);
  const logger = createLogger('gateway', config.logLevel);
  const gateway = await startGateway(config, logger);
  logger.info({ url: gateway.url }, 'the gateway is up');
  return gateway;
});
