import type { AuditResult } from './audit-report.js';
import type { RunAudit } from './audit-run.js';

/** What an operator sees of the audit that runs, or of the last that did. */
export type AuditState =
  | { readonly status: 'none' }
  | { readonly status: 'running'; readonly started_at: string; readonly percent: number; readonly events: number }
  | { readonly status: 'done'; readonly started_at: string; readonly finished_at: string; readonly result: AuditResult }
  /** No audit was made: it says nothing about the ledger. */
  | { readonly status: 'failed'; readonly started_at: string; readonly finished_at: string; readonly reason: string };

export type AuditJob = {
  state(): AuditState;
  /** False when one is running: two at once would only slow each other. */
  start(): boolean;
  /** Called at once and at every change. Answers how to stop watching. */
  watch(watcher: (state: AuditState) => void): () => void;
  /** Ends what runs. */
  stop(): Promise<void>;
};

/** Audits on request, one at a time. */
export function createAuditJob(run: RunAudit, now: () => Date = () => new Date()): AuditJob {
  const stopping = new AbortController();
  const watchers = new Set<(state: AuditState) => void>();
  let state: AuditState = { status: 'none' };
  let running: Promise<void> = Promise.resolve();

  function become(next: AuditState): void {
    state = next;
    for (const watcher of watchers) watcher(state);
  }

  async function audit(): Promise<void> {
    const started_at = now().toISOString();
    become({ status: 'running', started_at, percent: 0, events: 0 });
    try {
      const result = await run(
        ({ percent, events }) => become({ status: 'running', started_at, percent, events }),
        stopping.signal,
      );
      become({ status: 'done', started_at, finished_at: now().toISOString(), result });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      become({ status: 'failed', started_at, finished_at: now().toISOString(), reason });
    }
  }

  return {
    state: () => state,
    start() {
      if (state.status === 'running' || stopping.signal.aborted) return false;
      running = audit();
      return true;
    },
    watch(watcher) {
      watchers.add(watcher);
      watcher(state);
      return () => void watchers.delete(watcher);
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
