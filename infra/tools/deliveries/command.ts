import type { Env } from '../../../shared/config/env.js';
import { bridgeAddress } from './bridge-address.js';
import { type BridgeClient, BridgeSilent, createBridgeClient } from './bridge-client.js';
import { type Command, HELP, readOptions, UsageError } from './options.js';
import { attemptsTable, decisionsTable, laneSentence, lanesTable } from './output.js';

export type Terminal = { readonly out: (text: string) => void; readonly err: (text: string) => void };

/** `npm run deliveries`. Answers the exit code: 1 when nothing was done, or did not help. */
export async function runDeliveries(args: readonly string[], env: Env, terminal: Terminal): Promise<0 | 1> {
  try {
    const { command, url } = readOptions(args);
    if (command.name === 'help') {
      terminal.out(HELP);
      return 0;
    }
    return await run(command, createBridgeClient(await bridgeAddress(url, env)), terminal.out);
  } catch (error) {
    if (error instanceof UsageError) terminal.err(HELP);
    const message = error instanceof Error ? error.message : String(error);
    const isKnown = !(error instanceof BridgeSilent);
    terminal.err(isKnown ? `Nothing was done: ${message}.` : `The outcome is not known: ${message}. Look at the lane.`);
    return 1;
  }
}

async function run(
  command: Exclude<Command, { readonly name: 'help' }>,
  bridge: BridgeClient,
  out: Terminal['out'],
): Promise<0 | 1> {
  switch (command.name) {
    case 'parked':
    case 'retrying': {
      const lanes = await bridge.lanes(command.name);
      if (lanes.length > 0) out(`${lanesTable(lanes)}\n`);
      out(`${counted(lanes.length, 'lane is', 'lanes are')} ${command.name}.`);
      return 0;
    }
    case 'lane': {
      const { lane, attempts } = await bridge.lane(command.player);
      out(`${lanesTable([lane])}\n`);
      if (attempts.length > 0) out(`${attemptsTable(attempts)}\n`);
      out(laneSentence(lane));
      return 0;
    }
    case 'retry': {
      const { decision, lane } = await bridge.retry(command.player);
      const stays = lane.state === 'parked' && lane.revision === decision.revision;
      out(
        stays
          ? `Nothing has changed: ${laneSentence(lane)}`
          : `Player ${command.player} is tried at once, from revision ${decision.revision} on.`,
      );
      return stays ? 1 : 0;
    }
    case 'skip': {
      const { player, revision, reason } = command;
      const { decision } = await bridge.skip(player, { revision, reason });
      const what = decision.action === 'skip_replayed' ? 'is not sent again' : 'is skipped';
      out(`Player ${player}: revision ${revision} (${decision.type}) ${what}, and delivery goes on after it.`);
      return 0;
    }
    case 'replay': {
      const { events, decision } = await bridge.replay(command.player, command.range);
      const { revision, last_revision: last } = decision;
      out(
        `Player ${command.player}: ${counted(events, 'event is', 'events are')} sent again, revisions ${revision} to ${last}.`,
      );
      return 0;
    }
    case 'decisions': {
      const decisions = await bridge.decisions(command.player);
      if (decisions.length > 0) out(`${decisionsTable(decisions)}\n`);
      out(`${counted(decisions.length, 'decision was', 'decisions were')} made.`);
      return 0;
    }
  }
}

function counted(count: number, one: string, many: string): string {
  if (count === 0) return `No ${one}`;
  return `${count} ${count === 1 ? one : many}`;
}
