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

/** Reads a share in a process of its own, so that two cores read. It ends with us. */
export function processPart(share: Share, connections: Connections): PartRunner {
  return {
    share,
    run: (task, onProgress) =>
      new Promise<PartResult>((resolve, reject) => {
        // Advanced: amounts and positions are bigints.
        const child = fork(WORDS.at(-1) ?? '', [], { execArgv: WORDS.slice(0, -1), serialization: 'advanced' });
        child.on('error', reject);
        child.on('exit', (code, signal) => reject(new Error(`the second reader ended with ${signal ?? code}`)));
        child.on('message', (message: FromPart) => {
          if (message.kind === 'progress') onProgress(message.progress);
          else if (message.kind === 'result') resolve(message.result);
          else reject(new Error(message.message));
        });
        child.send({ connections, task } satisfies ToPart);
      }),
  };
}
