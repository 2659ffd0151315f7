import type { Consents } from '../events/player-events.js';

/** Fast Track's names of the six consents, in the order in which they are answered. */
export const CONSENT_TYPES: readonly (readonly [type: string, consent: keyof Consents])[] = [
  ['email', 'email'],
  ['sms', 'sms'],
  ['telephone', 'telephone'],
  ['postMail', 'post_mail'],
  ['siteNotification', 'site_notification'],
  ['pushNotification', 'push_notification'],
];

/** How a tenant of Fast Track spells the types: `schema` is today's, `capitalised` that of older tenants. */
export type ConsentCasing = 'schema' | 'capitalised';

const CAPITALISED: { readonly [type: string]: string } = { sms: 'SMS' };

export function consentTypeIn(casing: ConsentCasing, type: string): string {
  if (casing === 'schema') return type;
  return CAPITALISED[type] ?? `${type.charAt(0).toUpperCase()}${type.slice(1)}`;
}

/** The consent that Fast Track means, in either spelling; undefined when it is none of the six. */
export function consentOfType(type: string): keyof Consents | undefined {
  const known = CONSENT_TYPES.find(([name]) => name === type || consentTypeIn('capitalised', name) === type);
  return known?.[1];
}
