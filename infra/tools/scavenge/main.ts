import { type ScavengeReport, scavenge } from './scavenge.js';
import { storeAddress } from './store-address.js';

const HELP = `npm run scavenge: removes from the event store's disk what was deleted, while it serves.

Without it, the events of a deleted stream can no longer be read, but their bytes stay in the store's file.

EVENTSTORE_URL      the store, esdb://…; else the one that runs on
CROUPIER_DATA_DIR   the platform's data folder (default .data)
`;

/** `npm run scavenge`. */
async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(HELP);
    return 0;
  }
  if (args.length > 0) throw new Error(`it takes no arguments but --help, and was given: ${args.join(' ')}`);
  process.stdout.write(`${sentence(await scavenge(await storeAddress(process.env)))}\n`);
  return 0;
}

function sentence(report: ScavengeReport): string {
  if (report.kind === 'in-background') {
    return `The event store scavenges in the background; its stream $scavenges-${report.scavengeId} tells when it is done.`;
  }
  const { eventsKept, bytesBefore, bytesAfter } = report;
  return `The event store is scavenged: ${eventsKept} events kept, ${bytesBefore} → ${bytesAfter} bytes.`;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`The scavenge failed: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
