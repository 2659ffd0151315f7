import { setTimeout as wait } from 'node:timers/promises';
import { createRng, mix } from '../../simulate/rng.js';
import type { Client } from './client.js';
import { createLoadPlayer, type LoadPlayer } from './load-player.js';
import { dealTurn, type Turn } from './turns.js';

export type LoadOptions = {
  readonly seed: number;
  readonly players: number;
  readonly turnsPerSecond: number;
  readonly client: Client;
  readonly backofficeApiKey: string;
  readonly operatorApiKey: string;
};

export type Load = {
  /** The first players join; there is something to be disturbed. */
  begin(): Promise<void>;
  /** Turns begin at their times, whether or not those before them have ended, until the signal says so. */
  run(until: AbortSignal): Promise<void>;
  /** Resolves when every turn that has begun is over. */
  settled(): Promise<void>;
  playerIds(): readonly string[];
  turns(): number;
};

/** Turns of one player that may be under way at once. */
const AT_ONCE_MAX = 3;
/** A password takes a processor a while: a crowd at the door would time out and come back as a bigger one. */
const JOIN_AT_ONCE_MAX = 4;
/** Now and then somebody new joins, while things break. */
const JOIN_EVERY_TURNS = 150;

export function createLoad(options: LoadOptions): Load {
  const { seed, turnsPerSecond, client } = options;
  const members: Member[] = [];
  const under = new Set<Promise<unknown>>();
  let turns = 0;

  function add(): Promise<boolean> {
    const name = `p${members.length + 1}-${seed}`;
    const member = createMember(createLoadPlayer(name, client, options.backofficeApiKey, options.operatorApiKey));
    members.push(member);
    return member.joined;
  }

  function keep(work: Promise<unknown>): void {
    const kept = work.finally(() => under.delete(kept));
    under.add(kept);
  }

  function step(): void {
    turns += 1;
    const rng = createRng(mix(seed) + turns);
    if (turns % JOIN_EVERY_TURNS === 0) keep(add());
    const member = members[rng.below(members.length)];
    if (member !== undefined) keep(member.take(dealTurn(rng, `t${turns}-${seed}`)));
  }

  return {
    async begin() {
      for (let left = options.players; left > 0; left -= JOIN_AT_ONCE_MAX) {
        await Promise.all(Array.from({ length: Math.min(left, JOIN_AT_ONCE_MAX) }, add));
      }
    },
    async run(until) {
      const since = Date.now();
      for (let n = 1; !until.aborted; n += 1) {
        step();
        await wait(since + (n * 1_000) / turnsPerSecond - Date.now(), undefined, { signal: until }).catch(
          () => undefined,
        );
      }
    },
    async settled() {
      while (under.size > 0) await Promise.all(under);
    },
    playerIds: () => members.flatMap(({ player }) => player.id() ?? []),
    turns: () => turns,
  };
}

/** A player with the turns that wait for it. */
type Member = { readonly player: LoadPlayer; readonly joined: Promise<boolean>; take(turn: Turn): Promise<void> };

function createMember(player: LoadPlayer): Member {
  const joined = player.join();
  // Each lane is a chain: a turn runs when the one before it in its lane is over.
  const lanes: Promise<unknown>[] = Array.from({ length: AT_ONCE_MAX + 1 }, () => joined);
  let taken = 0;
  return {
    player,
    joined,
    async take(turn) {
      taken += 1;
      const lane = turn.isSetting ? AT_ONCE_MAX : taken % AT_ONCE_MAX;
      const before = lanes[lane];
      const run = Promise.resolve(before).then(async () => {
        if (await joined) await turn.run(player);
      });
      lanes[lane] = run;
      await run;
    },
  };
}
