import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEsdbEventStore } from './shared/event-store/esdb-event-store.js';
import { parsePlayerId } from './shared/ids/ids.js';
import { startStack } from './infra/embedded/stack.js';
import { betBody, seedPlayer } from './infra/tools/bench/seeded-player.js';
import { startServiceProcess } from './infra/tools/bench/service-process.js';
import { callSigned } from './infra/sandbox/http-call.js';
const N = Number(process.argv[2]); const opts = process.argv[3] ?? '';
const KEY = '0123456789abcdef'.repeat(4); const SECRET = 'bench-secret-0123456789-0123456789';
const SIGNER = { idHeader: 'X-Provider-Id', id: 'mock', secret: SECRET } as const;
const folder = mkdtempSync(join(tmpdir(), 'mem-'));
const stack = await startStack({ only: ['eventStore'] });
const store = createEsdbEventStore({ connectionString: stack.eventStoreUrl, appendTimeoutMs: 60_000 });
async function par(total: number, work: (n: number) => Promise<void>) { let next = 0; await Promise.all(Array.from({ length: 64 }, async () => { while (next < total) { next += 1; await work(next - 1); } })); }
const id = (n: number) => { const r = parsePlayerId(String(1000 + n)); if (typeof r !== 'string') throw new Error('id'); return r; };
const seeded: any[] = [];
await par(N, async (n) => { seeded[n] = await seedPlayer(store, id(n), 0); });
const command = await startServiceProcess('command', {
  NODE_OPTIONS: `${opts} --heapsnapshot-signal=SIGUSR2 --diagnostic-dir=/tmp/mem`, EVENTSTORE_URL: stack.eventStoreUrl, POSTGRES_URL: 'postgres://127.0.0.1:1/none', CROUPIER_ARCHIVE_DIR: join(folder, 'a'),
  CROUPIER_EMAIL_KEY: KEY, CROUPIER_TOKEN_KEY: KEY, CROUPIER_OAUTH_KEY: KEY, CROUPIER_PROVIDERS: JSON.stringify([{ id: 'mock', secrets: [SECRET] }]), CROUPIER_PSPS: '[]', CROUPIER_OPERATOR_KEYS: '[]', CROUPIER_BACKOFFICE_KEYS: '[]' });
const metrics = async () => { const t = await (await fetch(`${command.url}/metrics`)).text(); return t.split('\n').filter((l) => /^(nodejs_heap_size|nodejs_external|nodejs_heap_space_size_used|process_resident)/.test(l)).join('\n'); };
console.log('before', command.memory());
for (let part = 0; part < 4; part += 1) {
  await par(N / 4, async (k) => { const body = betBody(seeded[part * (N / 4) + k], 't', 'r'); for (;;) { const a = await callSigned(SIGNER, `${command.url}/provider/v1/bet`, JSON.stringify(body), 10000); if (a?.status === 200) return; } });
  console.log('after', (part + 1) * N / 4, command.memory());
}
console.log(await metrics());
if (process.argv[4]) { const m = /pid.*/; const pid = (await (await fetch(`${command.url}/metrics`)).text()); console.log(process.argv[4]); const { execSync } = await import('node:child_process'); const p = execSync(`pgrep -f services/command/main.ts | head -20`).toString().trim().split('\n'); console.log(p); const port = new URL(command.url).port; const own = p.find((x) => { try { return execSync(`tr '\\0' '\\n' < /proc/${x}/environ`).toString().includes(`PORT=${port}`); } catch { return false; } }); process.kill(Number(own), 'SIGUSR2'); await new Promise((r) => setTimeout(r, 1000)); for (let i = 0; i < 120; i += 1) { const f = readdirSync('/tmp/mem').filter((x) => x.endsWith('.heapsnapshot')); if (f.length) break; await new Promise((r) => setTimeout(r, 500)); } await metrics(); console.log('after gc', command.memory(), await metrics()); }
await command.kill(); await store.close(); await stack.stop();
