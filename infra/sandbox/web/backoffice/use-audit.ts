import { useEffect, useState } from 'preact/hooks';
import type { AuditState } from './answers.js';
import { AUDIT_EVENTS, read, wordsOf, write } from './server.js';
import { type Action, useAction } from './use-action.js';

export type Audit = {
  readonly state: AuditState | undefined;
  readonly fault: string | undefined;
  readonly action: Action;
  readonly start: () => void;
};

/** The audit that runs, or the last that did, whoever started it. */
export function useAudit(): Audit {
  const [state, setState] = useState<AuditState>();
  const [fault, setFault] = useState<string>();
  const action = useAction();

  useEffect(() => {
    read<AuditState>('/audit').then(setState, (error: unknown) => setFault(wordsOf(error)));
  }, []);

  const isRunning = state?.status === 'running';
  useEffect(() => {
    if (!isRunning) return;
    const events = new EventSource(AUDIT_EVENTS);
    events.onmessage = ({ data }: MessageEvent<string>) => {
      const next = JSON.parse(data) as AuditState;
      setState(next);
      // The server says no more, and a browser would ask again for ever.
      if (next.status !== 'running') events.close();
    };
    return () => events.close();
  }, [isRunning]);

  return {
    ...{ state, fault, action },
    start() {
      action.run(async () => setState(await write<AuditState>('/audit')));
    },
  };
}
