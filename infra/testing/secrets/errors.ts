import type { ReadyInfo } from '../../embedded/ready.js';
import type { Person } from '../personal-data/person.js';

export type Provoker = {
  readonly person: Person;
  readonly id: string;
  /** Of a login that stands, and of one that does not. */
  readonly token: string;
  readonly revoked: string;
  readonly passwords: readonly string[];
};

export type ErrorAnswer = { readonly request: string; readonly status: number; readonly text: string };

type Attempt = {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
};

/**
 * Requests that are refused, with all that may not come back in them: in values, keys, headers and paths. (The name of a
 * member comes back: the pointer to it is made of it, and the caller chose it.)
 */
export async function provokeErrors(ready: ReadyInfo, provoker: Provoker): Promise<readonly ErrorAnswer[]> {
  const { person, id, token, revoked, passwords } = provoker;
  const { registration } = person;
  const { email } = registration;
  const [former = '', password = ''] = passwords;
  const asPlayer = { Authorization: `Bearer ${token}` };
  const json = (body: object) => JSON.stringify(body);
  const encoded = encodeURIComponent(email);
  const provider = { 'X-Provider-Id': 'mock', 'X-Timestamp': '1', 'X-Signature': ready.keys.providerSecret };
  const attempts: readonly Attempt[] = [
    { path: '/login', body: json({ email, password: former }) },
    { path: '/login', body: json({ email, password: [password] }) },
    { path: '/login', body: json({ email, password, more: password }) },
    { path: '/login', body: `{"email":"${email}","email":"${email}","password":"${password}"}` },
    { path: '/login', body: `{"email":"${email}","password":"${password}` },
    { path: '/players', body: json(registration) },
    { path: '/players', body: json({ ...registration, country: registration.last_name }) },
    { path: '/players', body: json({ ...registration, birth_date: email, currency: registration.phone }) },
    { path: '/players', body: json({ ...registration, more: registration.address }) },
    { path: `/${encoded}`, method: 'GET' },
    { path: `/players/${encodeURIComponent(registration.last_name)}`, method: 'GET' },
    { path: '/logout', headers: { Authorization: `Bearer ${revoked}` } },
    { path: '/logout', headers: { Authorization: `Basic ${token}` } },
    { method: 'PUT', path: '/me', headers: asPlayer, body: json({ ...person.change, more: person.change.phone }) },
    { method: 'PUT', path: '/me', headers: asPlayer, body: json({ phone: { [person.change.phone]: email } }) },
    {
      method: 'PUT',
      path: '/me/password',
      headers: asPlayer,
      body: json({ current_password: former, new_password: password }),
    },
    {
      method: 'PUT',
      path: '/me/password',
      headers: asPlayer,
      body: json({ current_password: password, new_password: 7 }),
    },
    { method: 'GET', path: `/me?email=${encoded}`, headers: asPlayer },
    { method: 'GET', path: `/me?token=${token}`, headers: {} },
    {
      method: 'GET',
      path: `/backoffice/players?email=${encoded}`,
      headers: { 'X-Api-Key': `${ready.keys.backofficeApiKey}x` },
    },
    {
      method: 'GET',
      path: `/backoffice/players?email=${encoded}&mail=${encoded}`,
      headers: { 'X-Api-Key': ready.keys.backofficeApiKey },
    },
    { method: 'GET', path: `/operator/user-details/${encoded}`, headers: { 'X-Api-Key': ready.keys.operatorApiKey } },
    { method: 'GET', path: `/userdetails/${id}`, headers: { Authorization: `Bearer ${ready.keys.operatorApiKey}` } },
    { path: '/authenticate', body: json({ sid: revoked }), headers: { 'X-Api-Key': ready.keys.operatorApiKey } },
    { path: '/token', body: json({ client_id: 'fast-track', client_secret: `${ready.keys.operatorClientSecret}x` }) },
    {
      method: 'GET',
      path: `/token?client_id=fast-track&client_secret=${ready.keys.operatorClientSecret}&grant_type=x`,
    },
    { path: '/provider/v1/bet', headers: provider, body: json({ player_id: id }) },
    { path: '/psp/v1/callback', headers: { 'X-Psp-Id': 'fake', 'X-Signature': ready.keys.pspSecret }, body: '{}' },
  ];
  const answers: ErrorAnswer[] = [];
  for (const [n, { method = 'POST', path, headers = {}, body }] of attempts.entries()) {
    const answer = await fetch(`${ready.gateway}${path}`, {
      ...{ method, headers: { 'User-Agent': person.userAgent, ...headers } },
      ...(body === undefined ? {} : { body }),
    });
    answers.push({ request: `attempt ${n}: ${method}`, status: answer.status, text: await answer.text() });
  }
  return answers;
}
