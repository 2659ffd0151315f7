import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { nodeCommand } from '../../embedded/node-process.js';
import { systemEnv } from '../../embedded/system-env.js';
import { type AuditResult, readAuditReport } from './audit-report.js';

/** The servers that are audited. The one thing in the sandbox that knows them: an audit is no guest of Croupier's. */
export type AuditedServers = { readonly eventStoreUrl: string; readonly postgresUrl: string };

export type AuditProgress = { readonly percent: number; readonly events: number };

/**
 * One audit, in a process of its own. @throws Error with what it said when it could not be made, or when `signal` ended
 * it.
 */
export type RunAudit = (onProgress: (progress: AuditProgress) => void, signal: AbortSignal) => Promise<AuditResult>;

const progressLine = z.object({ percent: z.number(), events: z.number() });
const REPORT = 'audit.json';

/** `npm run audit` on these servers. */
export function auditRunner({ eventStoreUrl, postgresUrl }: AuditedServers): RunAudit {
  return async (onProgress, signal) => {
    const folder = await mkdtemp(join(tmpdir(), 'croupier-audit-'));
    try {
      const [node, ...words] = nodeCommand('infra/tools/audit/main.ts');
      // Its pipes end with us: what it says next then ends it too, so a kill -9 of us leaves none behind.
      const child = spawn(node, [...words, '--progress', '--out', folder], {
        env: { ...systemEnv(), EVENTSTORE_URL: eventStoreUrl, POSTGRES_URL: postgresUrl },
        stdio: ['ignore', 'ignore', 'pipe'],
        signal,
      });
      const complaint = listen(child, onProgress);
      let failure: Error | undefined;
      child.once('error', (error) => {
        failure = error;
      });
      await new Promise((resolve) => child.once('close', resolve));
      if (failure !== undefined) throw failure;
      // It exits with 1 both when the ledger is not sound and when no audit was made: only then is there no report.
      const text = await readFile(join(folder, REPORT), 'utf8').catch(() => undefined);
      if (text === undefined) throw new Error(complaint() || 'the audit ended without a report');
      return readAuditReport(text);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

/** Hears progress on standard error. Answers what else was said there last. */
function listen({ stderr }: ChildProcess, onProgress: (progress: AuditProgress) => void): () => string {
  let complaint = '';
  if (stderr === null) return () => complaint;
  createInterface({ input: stderr }).on('line', (line) => {
    const progress = progressOf(line);
    if (progress === undefined) complaint = line;
    else onProgress(progress);
  });
  return () => complaint;
}

function progressOf(line: string): AuditProgress | undefined {
  try {
    return progressLine.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
