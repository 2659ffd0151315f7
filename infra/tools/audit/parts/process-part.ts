import { fork } from 'node:child_process';
import { nodeCommand } from '../../../embedded/node-process.js';
import type { PartResult, PartRunner, PartTask, Progress } from './part-task.js';
import type { Share } from './share.js';

export type Connections = { readonly eventStoreUrl: string; readonly postgresUrl: string | undefined };
export type ToPart = { readonly connections: Connections; readonly task: PartTask };
export type FromPart =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'result'; readonly result: PartResult }
  | { readonly kind: 'failed'; readonly message: string };

const [, ...WORDS] = nodeCommand('infra/tools/audit/parts/part-main.ts');

/** A process of its own that reads a share, so that two cores read. It ends with us. */
export type SecondReader = {
  part(share: Share, connections: Connections): PartRunner;
  /** Also of one that has nothing to do (any more). */
  stop(): void;
};

/** Started before it has anything to do: it loads its code while the first one looks at the servers. */
export function startSecondReader(): SecondReader {
  // Advanced: amounts and positions are bigints.
  const child = fork(WORDS.at(-1) ?? '', [], { execArgv: WORDS.slice(0, -1), serialization: 'advanced' });
  const gone = new Promise<never>((_, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => reject(new Error(`the second reader ended with ${signal ?? code}`)));
  });
  // Whoever waits for its result hears of it.
  gone.catch(() => undefined);

  function run(message: ToPart, onProgress: (progress: Progress) => void): Promise<PartResult> {
    return new Promise((resolve, reject) => {
      child.on('message', (answer: FromPart) => {
        if (answer.kind === 'progress') onProgress(answer.progress);
        else if (answer.kind === 'result') resolve(answer.result);
        else reject(new Error(answer.message));
      });
      child.send(message, (error) => {
        if (error !== null) reject(error);
      });
    });
  }

  return {
    part: (share, connections) => ({
      share,
      run: (task, onProgress) => Promise.race([gone, run({ connections, task }, onProgress)]),
    }),
    stop() {
      if (child.connected) child.disconnect();
    },
  };
}
