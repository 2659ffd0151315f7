import { runService } from '../../../shared/http/run-service.js';
import { createLogger } from '../../../shared/telemetry/log.js';
import { readConfig } from '../config.js';
import { createFtBridge, type Tuning } from '../service.js';

// The service as a process, with the waits that a test gives it.
await runService(createLogger('ft-bridge'), async () => {
  const tuning = JSON.parse(process.env.TEST_TUNING ?? '{}') as Partial<Tuning>;
  const bridge = createFtBridge(readConfig(process.env), { tuning });
  await bridge.start();
  return bridge;
});
