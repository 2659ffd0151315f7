import { escapeHtml } from '../../../../../shared/http/html.js';

/** Text that is markup already; everything else is escaped where it is put in. */
export type Markup = { readonly markup: string };

type Part = string | number | Markup | readonly Markup[];

/** A template of markup: what is put in is text, unless it is markup itself. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { markup: texts.map((text, at) => text + rendered(parts[at] ?? '')).join('') };
}

export const NOTHING: Markup = { markup: '' };

function rendered(part: Part): string {
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('');
}
