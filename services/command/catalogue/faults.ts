import { exponentOf } from '../../../shared/money/currencies.js';
import { type Amount, isLess, isZero, parseAmount } from '../../../shared/money/money.js';
import type { BonusTemplate, CatalogueFile } from './catalogue.js';

/** What is wrong with a catalogue whose shape is right: one sentence each. What it says must be possible to keep. */
export function catalogueFaults({ games, bonusTemplates }: CatalogueFile): readonly string[] {
  return [
    ...repeated(games.map(({ gameId }) => gameId)).map((gameId) => `game ${gameId} is there more than once`),
    ...versionFaults(bonusTemplates),
    ...bonusTemplates.flatMap((template) =>
      templateFaults(template).map((fault) => `bonus ${template.bonusId} version ${template.version}: ${fault}`),
    ),
  ];
}

/** Versions of a bonus are counted from 1, without a hole. */
function versionFaults(templates: readonly BonusTemplate[]): readonly string[] {
  const versions = new Map<string, number[]>();
  for (const { bonusId, version } of templates) versions.set(bonusId, [...(versions.get(bonusId) ?? []), version]);
  return [...versions].flatMap(([bonusId, list]) => {
    const twice = repeated(list).map((version) => `bonus ${bonusId} has version ${version} more than once`);
    const missing = Array.from({ length: Math.max(...list) }, (_, index) => index + 1)
      .filter((version) => !list.includes(version))
      .map((version) => `bonus ${bonusId} has no version ${version}, but a later one`);
    return [...twice, ...missing];
  });
}

function templateFaults(template: BonusTemplate): readonly string[] {
  const { wageringMultiple, conversionCapMultiple, sticky, contributions, currencies, creditAmounts = {} } = template;
  const percentages = Object.entries(contributions).flatMap(([kind, list]) =>
    Object.entries(list).map(([name, percent]) => ({ name: `${kind}.${name}`, percent })),
  );
  const wagers = !isZero(wageringMultiple);
  return [
    ...percentages
      .filter(({ percent }) => isLess('100', percent))
      .map(({ name, percent }) => `contributions.${name} is ${percent} percent, more than 100`),
    ...(wagers && percentages.every(({ percent }) => isZero(percent)) ? ['no bet counts towards its wagering'] : []),
    ...(!wagers && sticky ? ['sticky without wagering: the player would get nothing'] : []),
    ...(conversionCapMultiple !== null && isZero(conversionCapMultiple)
      ? ['conversionCapMultiple is 0: nothing would ever convert']
      : []),
    ...(Object.keys(currencies).length === 0 ? ['it is offered in no currency'] : []),
    ...Object.entries(currencies).flatMap(([currency, terms]) => currencyFaults(currency, terms)),
    ...Object.entries(creditAmounts).flatMap(([currency, amount]) => creditFaults(template, currency, amount)),
  ];
}

function creditFaults({ currencies }: BonusTemplate, currency: string, amount: Amount): readonly string[] {
  const terms = Object.hasOwn(currencies, currency) ? currencies[currency] : undefined;
  if (terms === undefined) return [`creditAmounts.${currency}: it is not offered in ${currency}`];
  const fault = amountFault(amount, currency);
  if (fault !== undefined) return [`creditAmounts.${currency} ${amount} ${fault}`];
  const isOutside = isLess(amount, terms.min) || isLess(terms.max, amount);
  return isOutside ? [`creditAmounts.${currency} ${amount} is not from ${terms.min} to ${terms.max}`] : [];
}

function currencyFaults(
  currency: string,
  { min, max, maxBet }: BonusTemplate['currencies'][string],
): readonly string[] {
  if (exponentOf(currency) === undefined) return [`${currency} is no currency of ISO 4217`];
  const amounts = { min, max, ...(maxBet === null ? {} : { maxBet }) };
  const faults = Object.entries(amounts).flatMap(([name, amount]) => {
    const fault = amountFault(amount, currency);
    return fault === undefined ? [] : [`${currency}.${name} ${amount} ${fault}`];
  });
  return faults.length === 0 && isLess(max, min) ? [`${currency}.min ${min} is above max ${max}`] : faults;
}

/** Amounts are compared and answered as they stand here, so they stand here as they will be answered. */
function amountFault(amount: Amount, currency: string): string | undefined {
  const parsed = parseAmount(amount, currency);
  if (!parsed.ok) return 'is not an amount of it';
  if (parsed.amount !== amount) return `must be written ${parsed.amount}`;
  return isZero(amount) ? 'must be above zero' : undefined;
}

function repeated<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}
