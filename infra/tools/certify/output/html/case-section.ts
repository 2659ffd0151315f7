import type { CertificateCase } from '../certificate.js';
import { html, type Markup, NOTHING } from './markup.js';

type Entry = CertificateCase['evidence'][number];

/** Beyond these a list is shown from its beginning; the whole of it is in certificate.json. */
const CALLS_SHOWN_MAX = 40;
const TEXT_SHOWN_MAX = 12_000;

/** One case: its sentence, what was compared, and the evidence, folded away while it holds. */
export function caseSection(one: CertificateCase): Markup {
  const { id, title, ok, findings, evidence } = one;
  const mark = ok ? html`<span class="mark">HOLDS</span>` : html`<span class="mark no">FAILS</span>`;
  return html`<details class="case" id="${id}"${ok ? NOTHING : html` open`}>
<summary>${mark}<span>${sentence(title)}</span><span class="id">${id}</span></summary>
<div class="inner"><h4>Compared</h4><div class="scroll"><table><thead><tr><th>what</th><th>worked out</th><th>found</th><th class="num">evidence</th></tr></thead>
<tbody>${findings.map(findingRow)}</tbody></table></div>
<h4>Evidence</h4>${evidenceOf(evidence)}</div></details>`;
}

function findingRow({ what, ok, expected, found, evidence }: CertificateCase['findings'][number]): Markup {
  return html`<tr${ok ? NOTHING : html` class="no"`}><td>${what}</td><td><code>${short(expected)}</code></td>
<td><code>${short(found)}</code></td><td class="num">${evidence.map((n) => `№ ${n}`).join(', ')}</td></tr>`;
}

function evidenceOf(entries: readonly Entry[]): Markup {
  const calls = entries.filter((entry) => entry.kind === 'call');
  const hidden = calls.length - CALLS_SHOWN_MAX;
  const rest = hidden > 0 ? html`<p class="soft">… and ${hidden} calls more, in certificate.json.</p>` : NOTHING;
  return html`<div class="scroll"><table><thead><tr><th class="num">№</th><th>caller</th><th>call</th><th>answer</th><th class="num">ms</th></tr></thead>
<tbody>${calls.slice(0, CALLS_SHOWN_MAX).map(callRow)}</tbody></table></div>${rest}${entries.map(otherEvidence)}`;
}

function callRow(entry: Entry): Markup {
  if (entry.kind !== 'call') return NOTHING;
  const { n, as, method, path, body, status, replayed, answer, ms } = entry;
  return html`<tr><td class="num">${n}</td><td>${as.replace('_', ' ')}</td>
<td><code>${method} ${path}</code>${body === null ? NOTHING : html`<br><code class="soft">${JSON.stringify(body)}</code>`}</td>
<td><code>${status === 0 ? 'no answer' : status}${replayed ? ' replayed' : ''}</code><br><code class="soft">${clipped(JSON.stringify(answer), 600)}</code></td>
<td class="num">${ms.toFixed(1)}</td></tr>`;
}

function otherEvidence(entry: Entry): Markup {
  switch (entry.kind) {
    case 'call':
      return NOTHING;
    case 'events':
      return block(entry.n, `${entry.events.length} events of player ${entry.player_id}`, entry.events);
    case 'deliveries':
      return block(entry.n, `${entry.messages.length} messages to Fast Track about ${entry.player_id}`, entry.messages);
    case 'arithmetic':
      return block(entry.n, `the certificate's own arithmetic for player ${entry.player_id}`, entry.events);
  }
}

function block(n: number, title: string, list: readonly unknown[]): Markup {
  const text = list.map((item) => JSON.stringify(item)).join('\n');
  return html`<details class="more"><summary>№ ${n}: ${title}</summary><pre>${clipped(text, TEXT_SHOWN_MAX)}</pre></details>`;
}

function short(value: unknown): string {
  return clipped(JSON.stringify(value) ?? 'nothing', 300);
}

function clipped(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max)} … (the rest is in certificate.json)` : text;
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
