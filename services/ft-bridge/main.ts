import { runService } from '../../shared/http/run-service.js';
import { createLogger } from '../../shared/telemetry/log.js';
import { createTracer } from '../../shared/telemetry/tracing.js';
import { readConfig } from './config.js';
import { createFtBridge } from './service.js';

await runService(createLogger('ft-bridge'), async () => {
  const bridge = createFtBridge(readConfig(process.env), { tracer: createTracer('ft-bridge', process.env) });
  await bridge.start();
  return bridge;
});
