import type { Subject } from './evidence/subject.js';
import { NotGathered, type Wire } from './evidence/wire.js';

/**
 * Brings those outside to rest, so that nothing happens to a player but what a case does: no campaign credits a bonus,
 * no fault is played, and the PSP pays nothing out by itself. Answers how to put back what was there.
 */
export async function quietStaging(wire: Wire, { fastTrack, psp }: Subject): Promise<() => Promise<void>> {
  const settings = [
    { url: `${fastTrack}/campaigns/first-deposit`, method: 'PUT', quiet: { enabled: false } },
    { url: `${fastTrack}/faults`, method: 'POST', quiet: { mode: 'none' } },
    { url: `${psp}/payouts/mode`, method: 'PUT', quiet: { mode: 'hold' } },
  ] as const;
  const before: { readonly url: string; readonly method: 'PUT' | 'POST'; readonly was: unknown }[] = [];

  async function set(method: 'PUT' | 'POST', url: string, json: unknown): Promise<void> {
    const { status } = await wire.look({ as: 'auditor', method, to: url, json });
    if (status !== 200) throw new NotGathered(`${url} does not take its setting: ${status}`);
  }

  async function putBack(): Promise<void> {
    for (const { method, url, was } of before.splice(0)) await set(method, url, was);
  }

  try {
    for (const { url, method, quiet } of settings) {
      const answer = await wire.look({ as: 'auditor', method: 'GET', to: url });
      if (answer.status !== 200) throw new NotGathered(`${url} does not say how it is set: ${answer.status}`);
      before.push({ method, url, was: answer.body });
      await set(method, url, { ...answer.body, ...quiet });
    }
  } catch (error) {
    await putBack();
    throw error;
  }
  return putBack;
}
