import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../shared/events/canonical-json.js';
import type { CatalogueEvent } from '../../../shared/events/catalogue-events.js';
import type { BonusTemplate } from './catalogue.js';

/** A template version as it was when it was first offered. */
export type RecordedTemplate = CatalogueEvent['data'];

/**
 * What a player was promised: all of a template but whether it is still offered, what a credit without an amount gives
 * and what it is called elsewhere, which operators may change. It is what the file says, unadorned: a term that is added
 * to the schema later must be optional and without a default, or every older version would seem changed.
 */
export function termsOf({
  ended: _ended,
  kind: _kind,
  creditAmounts: _creditAmounts,
  ...terms
}: BonusTemplate): RecordedTemplate {
  const template: RecordedTemplate['template'] = JSON.parse(JSON.stringify(terms));
  const hash = createHash('sha256').update(canonicalJson(template)).digest('hex');
  return { bonusId: terms.bonusId, version: terms.version, hash, template };
}

export type TermsComparison = {
  /** Offered for the first time: to be recorded. */
  readonly added: readonly RecordedTemplate[];
  /** What must not be, one sentence each. */
  readonly faults: readonly string[];
};

/** The catalogue against every version that was ever offered. Versions are added, never changed and never taken out. */
export function compareTerms(
  templates: readonly BonusTemplate[],
  recorded: readonly RecordedTemplate[],
): TermsComparison {
  const today = new Map(templates.map((template) => [nameOf(template), termsOf(template)]));
  const known = new Set(recorded.map(nameOf));
  const faults = recorded.flatMap((before) => {
    const now = today.get(nameOf(before));
    if (now === undefined) return [`${nameOf(before)} was offered and is gone from the catalogue`];
    return now.hash === before.hash ? [] : [`${nameOf(before)} is not what it was: ${differenceOf(before, now)}`];
  });
  return { added: [...today.values()].filter((terms) => !known.has(nameOf(terms))), faults };
}

function nameOf({ bonusId, version }: { readonly bonusId: string; readonly version: number }): string {
  return `bonus template ${bonusId} version ${version}`;
}

/** The first-level terms that differ, each as it was. */
function differenceOf(before: RecordedTemplate, now: RecordedTemplate): string {
  const names = [...new Set([...Object.keys(before.template), ...Object.keys(now.template)])];
  const textOf = (terms: RecordedTemplate, name: string) => {
    const term = terms.template[name];
    return term === undefined ? 'not there' : canonicalJson(term);
  };
  return names
    .filter((name) => textOf(before, name) !== textOf(now, name))
    .map((name) => `${name} was ${textOf(before, name)}`)
    .join(', ');
}
