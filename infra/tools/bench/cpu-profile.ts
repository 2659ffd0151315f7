/** What V8 writes, as far as it is read here. */
export type CpuProfile = {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  /** The node that was running, and how many µs since the sample before. */
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
};

/** Where `profiler.ts` is, which runs in what it looks at. */
const PROFILER = 'infra/tools/bench';

export type Share = { readonly name: string; readonly share: number };

/**
 * Whose code the time went to, largest first; idle time and the profiler's own apart. What Node does counts for whoever
 * called it: the nearest caller that is a package, or a folder of ours.
 */
export function sharesOf({ nodes, samples, timeDeltas }: CpuProfile): readonly Share[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const ownerOf = (id: number | undefined): string => {
    const node = id === undefined ? undefined : byId.get(id);
    if (node === undefined) return 'node';
    return codeOf(node.callFrame.url) ?? ownerOf(parents.get(node.id));
  };
  const owners = new Map<number, string>();
  for (const { id, callFrame } of nodes) {
    const { functionName, url } = callFrame;
    // Of V8 itself: (idle), (garbage collector), (program).
    owners.set(id, url === '' && functionName.startsWith('(') ? functionName : ownerOf(id));
  }
  const spent = new Map<string, number>();
  let total = 0;
  samples.forEach((id, n) => {
    const owner = owners.get(id) ?? 'node';
    const took = timeDeltas[n] ?? 0;
    if (owner === '(idle)' || owner === PROFILER) return;
    total += took;
    spent.set(owner, (spent.get(owner) ?? 0) + took);
  });
  return [...spent].map(([name, took]) => ({ name, share: took / total })).sort((a, b) => b.share - a.share);
}

/** `node_modules/koa`, `services/command/player`; undefined of Node's own code. */
function codeOf(url: string): string | undefined {
  const library = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (library !== undefined) return library;
  return /\/((?:services|shared|infra)(?:\/[\w-]+){1,2})(?=\/|\.)/.exec(url)?.[1];
}
