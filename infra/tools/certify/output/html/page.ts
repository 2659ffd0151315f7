import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Certificate, CertificateCase } from '../certificate.js';
import { caseSection } from './case-section.js';
import { balances, bar, type Dot, histogram, ring, type Step, twoSides } from './charts.js';
import { html, type Markup, NOTHING } from './markup.js';
import { STYLE } from './style.js';

/** The case whose player has lived through something of everything. */
const LIFE = 'fast_track.whole';

/** Nothing from elsewhere and no script: the page is to be kept, printed and handed on. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

/** The certificate as one file for a person. */
export function certificatePage(certificate: Certificate): string {
  const { issued, sentence, subject, checks, cases, figures, began_at, took_ms } = certificate;
  const passed = cases.filter(({ ok }) => ok).length;
  const { markup } = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>Croupier: certificate of the wallet and of Fast Track's timelines</title><style>${{ markup: STYLE }}</style></head>
<body><main>
<header class="sheet"><div class="head"><div><div class="kicker">Croupier</div>
<h1>${issued ? 'Certificate' : 'Report: no certificate'}</h1>
<p class="soft">of the wallet, the bonus engine and the timelines at Fast Track</p></div>${ring(passed, cases.length)}</div>
<p class="verdict${issued ? NOTHING : html` no`}">${sentence}</p>
<dl class="facts"><dt>Examined</dt><dd>${subject.gateway}</dd><dt>Fast Track</dt><dd>${subject.fast_track} (profile ${subject.profile})</dd>
<dt>When</dt><dd><time datetime="${began_at}">${began_at.replace('T', ' ').replace('Z', ' UTC')}</time>, in ${(took_ms / 1_000).toFixed(1)} s</dd>
<dt>Evidence</dt><dd>${figures.calls} calls, ${figures.events} events, ${figures.deliveries} deliveries; copies on the wire beyond them: ${figures.copies}</dd>
<dt>Method</dt><dd>Every case plays players of its own over HTTP, as provider, PSP, player, Fast Track and back office. What must come out is
worked out by the certificate itself, in whole minor units, and compared with every answer, event, account and message.</dd></dl></header>
<section class="checks">${checks.map(checkCard)}</section>
<h2>In figures</h2><div class="charts">${lifeChart(cases)}${delayChart(certificate)}${trialBalanceChart(certificate)}</div>
${checks.map((check) => checkSection(check, cases))}
<footer><p>Secrets and personal data are left out of the evidence. Amounts are of players made for this run. The same in full, for a program: certificate.json.</p></footer>
</main></body></html>
`;
  return markup;
}

function checkCard({ id, title, ok, passed, cases }: Certificate['checks'][number]): Markup {
  const mark = ok ? html`<span class="mark">HOLDS</span>` : html`<span class="mark no">FAILS</span>`;
  return html`<div class="check"><h3><a href="#check-${id}">${title}</a></h3>${bar(passed, cases)}<p>${mark} <span class="soft">${passed} of ${cases} cases</span></p></div>`;
}

function checkSection({ id, title }: Certificate['checks'][number], cases: readonly CertificateCase[]): Markup {
  return html`<section id="check-${id}"><h2>${title}</h2>${cases.filter(({ check }) => check === id).map(caseSection)}</section>`;
}

function delayChart({ figures: { delays_ms, delay_ms } }: Certificate): Markup {
  if (delays_ms.length === 0) return NOTHING;
  const { p50, p99, max } = delay_ms;
  return html`<figure class="sheet"><h3>From the event to Fast Track</h3>${histogram(delays_ms)}
<figcaption>${delays_ms.length} deliveries: half within ${p50 ?? 0} ms, 99 % within ${p99 ?? 0} ms, the longest ${max ?? 0} ms. Faults that two cases play on
purpose are in it.</figcaption></figure>`;
}

function trialBalanceChart({ figures: { trial_balance } }: Certificate): Markup {
  if (trial_balance.length === 0) return NOTHING;
  const rows = trial_balance.map(({ account, debits, credits }) => ({
    ...{ name: account, debits: Number(debits), credits: Number(credits) },
  }));
  const sum = (side: 'debits' | 'credits') => rows.reduce((total, row) => total + Math.round(row[side] * 100), 0) / 100;
  return html`<figure class="sheet"><h3>Debits and credits</h3>${twoSides(rows)}
<figcaption>Every posting that was seen, by kind of account: debits ${sum('debits').toFixed(2)}, credits ${sum('credits').toFixed(2)}.</figcaption></figure>`;
}

function lifeChart(cases: readonly CertificateCase[]): Markup {
  const evidence = cases.find(({ id }) => id === LIFE)?.evidence ?? [];
  const own = evidence.find((entry) => entry.kind === 'arithmetic');
  const deliveries = evidence.find((entry) => entry.kind === 'deliveries');
  if (own?.kind !== 'arithmetic' || deliveries?.kind !== 'deliveries') return NOTHING;
  const steps: readonly Step[] = own.events.map(({ type, cash, bonus }) => ({
    ...{ label: type, cash: Number(cash), bonus: Number(bonus) },
  }));
  return html`<figure class="sheet"><h3>One player's balances</h3>${balances(steps, deliveries.messages.flatMap(dotOf))}
<figcaption><span class="key cash"></span>cash<span class="key bonus"></span>bonus. The line is what the certificate worked out, the dots are what Fast Track was told.</figcaption></figure>`;
}

const headers = z.object({ 'x-sequence': z.coerce.number() });
const guide = z.object({
  headers,
  body: z.object({ balance: z.object({ cash: z.number(), bonus: z.number() }) }),
});
const wallet = z.object({ amount: z.number() });
const native = z.object({ headers, body: z.object({ balances: z.tuple([wallet, wallet]) }) });

/** A message of the balances, in either profile. */
function dotOf(message: unknown): readonly Dot[] {
  const told = guide.safeParse(message).data;
  if (told !== undefined) return [{ at: told.headers['x-sequence'], ...told.body.balance }];
  const other = native.safeParse(message).data;
  if (other === undefined) return [];
  const [cash, bonus] = other.body.balances;
  return [{ at: other.headers['x-sequence'], cash: cash.amount, bonus: bonus.amount }];
}
