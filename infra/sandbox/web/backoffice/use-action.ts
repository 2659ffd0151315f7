import { useState } from 'preact/hooks';
import { wordsOf } from './server.js';

/** Something that an operator does, once at a time. */
export type Action = {
  readonly isBusy: boolean;
  readonly fault: string | undefined;
  readonly run: (work: () => Promise<void>) => void;
};

export function useAction(): Action {
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();

  async function act(work: () => Promise<void>): Promise<void> {
    setBusy(true);
    setFault(undefined);
    try {
      await work();
    } catch (error) {
      setFault(wordsOf(error));
    } finally {
      setBusy(false);
    }
  }

  return {
    isBusy,
    fault,
    run(work) {
      if (!isBusy) void act(work);
    },
  };
}
