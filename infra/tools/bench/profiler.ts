import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { join } from 'node:path';

// Loaded before a process's own code (NODE_OPTIONS=--import): SIGUSR2 begins a CPU profile, the next one writes it.

const SAMPLED_EVERY_US = 500;
const folder = process.env.CROUPIER_PROFILE_DIR;
let session: Session | undefined;

function begin(): void {
  session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: SAMPLED_EVERY_US });
  session.post('Profiler.start');
}

function end(into: string, running: Session): void {
  running.post('Profiler.stop', (error, result) => {
    if (error === null) writeFileSync(join(into, `${process.pid}.cpuprofile`), JSON.stringify(result.profile));
  });
  running.disconnect();
  session = undefined;
}

if (folder !== undefined) {
  process.on('SIGUSR2', () => {
    if (session === undefined) begin();
    else end(folder, session);
  });
}
