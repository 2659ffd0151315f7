import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { startPlatform } from '../../embedded/platform.js';
import type { Screen } from '../audit/output/progress-bar.js';
import type { Check } from './case.js';
import { CHECKS } from './cases/all-checks.js';
import { certify } from './certify.js';
import { type Subject, subjectSchema } from './evidence/subject.js';
import { HELP, type Options, readOptions, UsageError } from './options.js';
import { certificateOf, jsonOf } from './output/certificate.js';
import { certificatePage } from './output/html/page.js';
import { createProgress, tablesOf } from './output/terminal.js';

export type Terminal = {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly screen: Screen;
};

/** `npm run certify`. Answers the exit code: 0 when every case that was looked at holds. */
export async function runCertify(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<0 | 1> {
  try {
    const options = readOptions(args, env);
    if (options === 'help') {
      terminal.out(HELP);
      return 0;
    }
    const checks = chosen(CHECKS, options.only);
    if (options.ready !== undefined) {
      return await certifySubject(await runningSubject(options.ready, options.url), checks, options, terminal, signal);
    }
    return await onOwnPlatform(checks, options, terminal, signal);
  } catch (error) {
    if (error instanceof UsageError) terminal.err(HELP);
    const why = signal.aborted ? 'it was stopped' : error instanceof Error ? error.message : String(error);
    terminal.err(`Nothing was certified: ${why}.`);
    return 1;
  }
}

async function onOwnPlatform(
  checks: readonly Check[],
  options: Options,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<0 | 1> {
  terminal.out(`Starting a platform of its own on free ports (profile ${options.profile}) …`);
  const platform = await startPlatform({ portBase: 0, signal, env: { FT_PROFILE: options.profile } });
  try {
    return await certifySubject(subjectOf(platform.ready), checks, options, terminal, signal);
  } finally {
    await platform.stop();
  }
}

async function certifySubject(
  subject: Subject,
  checks: readonly Check[],
  { atOnce, patienceMs, outFolder }: Options,
  { out, screen }: Terminal,
  signal: AbortSignal,
): Promise<0 | 1> {
  const total = checks.reduce((sum, { cases }) => sum + cases.length, 0);
  out(`Gathering the evidence of ${total} cases at ${subject.gateway} …`);
  const progress = createProgress(screen, total);
  const certification = await certify({
    ...{ subject, checks, atOnce, patienceMs, signal },
    onResult: ({ one, ok }) => progress.add({ id: one.id, ok }),
  });
  progress.clear();
  const certificate = certificateOf(certification, subject, CHECKS);
  await mkdir(outFolder, { recursive: true });
  const [json, html] = ['json', 'html'].map((kind) => join(outFolder, `certificate.${kind}`)) as [string, string];
  await writeFile(json, jsonOf(certificate));
  await writeFile(html, certificatePage(certificate));
  out(`${tablesOf(certificate)}\n\nThe evidence is in ${json}; to be read in ${html}.\n`);
  out(certificate.sentence);
  return certificate.ok ? 0 : 1;
}

function chosen(checks: readonly Check[], only: string | undefined): readonly Check[] {
  if (only === undefined) return checks;
  const some = checks
    .map((check) => ({ ...check, cases: check.cases.filter(({ id }) => id.includes(only)) }))
    .filter(({ cases }) => cases.length > 0);
  if (some.length === 0) throw new UsageError(`--only ${only}: no case has that in its id`);
  return some;
}

/** @throws UsageError */
async function runningSubject(ready: string, url: string | undefined): Promise<Subject> {
  const text = ready.trimStart().startsWith('{') ? ready : await contentOf(ready);
  const subject = subjectOf(jsonIn(text, ready));
  return url === undefined ? subject : { ...subject, gateway: url.replace(/\/$/, '') };
}

async function contentOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw new UsageError(`${file} cannot be read: start the platform (npm start), or give its READY by --ready`);
  }
}

function jsonIn(text: string, name: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new UsageError(`${name.slice(0, 60)} is not READY's JSON`);
  }
}

function subjectOf(ready: unknown): Subject {
  const parsed = subjectSchema.safeParse(ready);
  if (parsed.success) return parsed.data;
  throw new UsageError(`READY is not as it must be: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}`);
}
