import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Env } from '../../../shared/config/env.js';
import { StoreUnavailable } from '../../../shared/event-store/event-store.js';
import { PostgresUnavailable } from '../../../shared/postgres/fault.js';
import type { Postgres } from '../../../shared/postgres/postgres.js';
import { BadAnchor, makeAnchor, newKeys, privateKeyOf, readAnchor, witnessesOf } from './anchor/anchor.js';
import { type AuditReport, audit } from './audit.js';
import { connectPostgres, findServers, type Urls } from './connections.js';
import type { Witness } from './ledger/witnesses.js';
import { type AuditCommand, HELP, readOptions, UsageError } from './options.js';
import { createProgressBar, createProgressLines, type Screen } from './output/progress-bar.js';
import { jsonOf, jsonText, sentenceOf, tablesOf } from './output/report.js';
import { trialBalanceCsv } from './output/trial-balance.js';
import { createEsdbSource } from './parts/esdb-source.js';
import { localPart } from './parts/local-part.js';
import { type SecondReader, startSecondReader } from './parts/process-part.js';
import type { Share } from './parts/share.js';

export type Terminal = {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly screen: Screen;
};

/** `npm run audit`. Answers the exit code: 0 when the ledger is sound. */
export async function runAuditCommand(args: readonly string[], env: Env, terminal: Terminal): Promise<0 | 1> {
  try {
    const command = readOptions(args);
    if (command.command === 'help') {
      terminal.out(HELP);
      return 0;
    }
    if (command.command === 'new-key') return await makeKey(command.file, terminal);
    return await auditAndTell(command, env, terminal);
  } catch (error) {
    terminal.err(`The audit was not made: ${reasonOf(error)}`);
    return 1;
  }
}

async function makeKey(file: string, { out }: Terminal): Promise<0> {
  const { privateKey, publicKey } = newKeys();
  try {
    // Never over a key that is there: whatever it signed could not be checked any more.
    await writeFile(file, privateKey, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new UsageError(`the key ${file} could not be written: ${messageOf(error)}`);
  }
  out(publicKey.trimEnd());
  out(`The private key is in ${file}; the public key is above.`);
  return 0;
}

async function auditAndTell(command: AuditCommand, env: Env, terminal: Terminal): Promise<0 | 1> {
  const signWith = command.anchor === undefined ? undefined : await privateKey(command, env);
  const anchored = command.against === undefined ? [] : await anchoredHeads(command.against);
  const report = await auditServers(command, env, anchored, terminal.screen);
  if (command.player !== undefined && report.streams === 0) {
    throw new UsageError(`player ${command.player} has no stream in this ledger`);
  }
  const json = jsonText(jsonOf(report));
  const csv = trialBalanceCsv(report.trialBalance, report.totals);
  await mkdir(command.outFolder, { recursive: true });
  await writeFile(join(command.outFolder, 'audit.json'), json);
  await writeFile(join(command.outFolder, 'trial-balance.csv'), csv);
  const anchorNote = signWith === undefined ? undefined : await writeAnchor(command, report, signWith);

  // What a program reads stands alone on standard output; a person still sees the sentence last.
  const say = command.output === 'tables' ? terminal.out : terminal.err;
  if (command.output === 'tables') terminal.out(`${tablesOf(report)}\n`);
  else terminal.out((command.output === 'csv' ? csv : json).trimEnd());
  if (anchorNote !== undefined) say(anchorNote);
  say(sentenceOf(report));
  return report.ok ? 0 : 1;
}

async function auditServers(
  command: AuditCommand,
  env: Env,
  anchored: readonly Witness[],
  screen: Screen,
): Promise<AuditReport> {
  const urls = findServers(env);
  const second = command.player === undefined ? startSecondReader() : undefined;
  try {
    return await auditAt(urls, second, command, anchored, screen);
  } finally {
    second?.stop();
  }
}

async function auditAt(
  { eventStoreUrl, postgresUrl }: Urls,
  second: SecondReader | undefined,
  command: AuditCommand,
  anchored: readonly Witness[],
  screen: Screen,
): Promise<AuditReport> {
  const postgres = await openPostgres(command.readModels ? postgresUrl : undefined);
  const database = 'why' in postgres ? undefined : postgres;
  const source = createEsdbSource(eventStoreUrl);
  const bar = command.progressLines ? createProgressLines(screen) : createProgressBar(screen);
  const share: Share = command.player === undefined ? { of: 'even' } : { of: 'player', id: command.player };
  const runners = [localPart(share, source, database)];
  if (second !== undefined)
    runners.push(second.part({ of: 'odd' }, { eventStoreUrl, postgresUrl: database && postgresUrl }));
  try {
    return await audit({
      ...{ source, postgres, runners, anchored, wantsHeads: command.anchor !== undefined, onProgress: bar.show },
      scope: { at: command.at, player: command.player, after: command.after },
    });
  } finally {
    bar.clear();
    await Promise.all([source.close(), database?.stop()]);
  }
}

/** An audit of the streams alone is worth having when the database is away; that it was so is said. */
async function openPostgres(url: string | undefined): Promise<Postgres | { readonly why: string }> {
  if (url === undefined) return { why: '--no-read-models was asked for' };
  if (url === '') return { why: 'POSTGRES_URL names no database' };
  const postgres = connectPostgres(url);
  try {
    await postgres.query('select 1');
    return postgres;
  } catch (error) {
    await postgres.stop();
    if (error instanceof PostgresUnavailable) return { why: 'Postgres could not be reached' };
    return { why: `Postgres refused the connection: ${messageOf(error)}` };
  }
}

async function privateKey({ keyFile }: AuditCommand, env: Env): Promise<string> {
  const pem = keyFile === undefined ? env.CROUPIER_ANCHOR_KEY : await textOf('key', keyFile);
  if (!pem)
    throw new UsageError('--anchor needs a key to sign with: --key FILE, or CROUPIER_ANCHOR_KEY (--new-key makes one)');
  // Now, and not after the audit.
  privateKeyOf(pem);
  return pem;
}

async function anchoredHeads({ anchorFile, publicKeyFile }: { anchorFile: string; publicKeyFile: string }) {
  const publicKey = await textOf('public key', publicKeyFile);
  const text = await textOf('anchor', anchorFile);
  try {
    return witnessesOf(readAnchor(text, publicKey));
  } catch (error) {
    throw error instanceof BadAnchor ? new BadAnchor(`the anchor ${anchorFile}: ${error.message}`) : error;
  }
}

/** Only of a ledger that is sound: an anchor says that from here on it must stay as it is. */
async function writeAnchor({ anchor = '' }: AuditCommand, report: AuditReport, key: string): Promise<string> {
  if (!report.ok) return `The anchor ${anchor} was not written: the ledger is not sound.`;
  const { position = 0n, heads } = report;
  await writeFile(anchor, `${JSON.stringify(makeAnchor({ time: new Date().toISOString(), position, heads }, key))}\n`);
  return `The anchor ${anchor} names ${heads.length.toLocaleString('en')} heads, up to position ${position}.`;
}

async function textOf(what: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`the ${what} ${file} could not be read: ${messageOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof StoreUnavailable) return `the event store could not be read (${messageOf(error)})`;
  return messageOf(error);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
