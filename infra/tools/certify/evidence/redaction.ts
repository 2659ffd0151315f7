/** What a certificate must not show, by the name of its field: secrets, and who a person is. */
const LEFT_OUT = new Set([
  ...['password', 'token', 'access_token', 'client_secret', 'email', 'first_name', 'last_name', 'birth_date'],
  ...['phone', 'address', 'ip_address', 'user_agent', 'redirect_url', 'psp_reference', 'pspReference', 'loginId'],
]);

export const REDACTED = '[left out]';

/** The same value without what a certificate must not show, however deep it is. */
export function redacted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redacted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, part]) => [name, hidden(name, part) ? REDACTED : redacted(part)]);
  return Object.fromEntries(entries);
}

/** A consent is called `email` too; it is a yes or no, and no address. */
function hidden(name: string, part: unknown): boolean {
  return LEFT_OUT.has(name) && typeof part === 'string';
}
