import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** Somebody whose every datum is found nowhere else, so that a search for it means something. */
export type Person = {
  /** As it is sent to `POST /players`. */
  readonly registration: {
    readonly email: string;
    readonly password: string;
    readonly first_name: string;
    readonly last_name: string;
    readonly birth_date: string;
    readonly country: string;
    readonly currency: string;
    readonly phone: string;
    readonly address: string;
  };
  /** As it is sent to `PUT /me`. */
  readonly change: { readonly last_name: string; readonly phone: string; readonly address: string };
  /** Where the person calls from; one of the machine's own addresses, where it has more than one of them. */
  readonly localAddress: string | undefined;
  readonly userAgent: string;
};

/** A later change of details leaves the earlier ones in the profile's stream. */
export function madeUpPerson(): Person {
  const unique = (word: string) => `${word}${randomBytes(6).toString('hex')}`;
  return {
    registration: {
      email: `${unique('mail')}@forgotten.example`,
      password: randomUUID(),
      first_name: unique('First'),
      last_name: unique('Last'),
      birth_date: `19${randomInt(10, 40)}-0${randomInt(1, 10)}-${randomInt(10, 29)}`,
      country: 'SE',
      currency: 'EUR',
      phone: `+4670${randomInt(1e8, 1e9)}`,
      address: `${unique('Street')} 1`,
    },
    change: { last_name: unique('Married'), phone: `+4673${randomInt(1e8, 1e9)}`, address: `${unique('Lane')} 2` },
    localAddress: process.platform === 'linux' ? `127.77.${randomInt(100, 250)}.${randomInt(100, 250)}` : undefined,
    userAgent: unique('Agent'),
  };
}

/** What identifies the person and is kept in the profile's row. */
export function currentData({ registration, change, localAddress, userAgent }: Person): readonly string[] {
  const { email, first_name, birth_date } = registration;
  return [
    email,
    first_name,
    birth_date,
    ...Object.values(change),
    userAgent,
    ...(localAddress ?? '').split('\n'),
  ].filter((datum) => datum !== '');
}

/** What was true before the change. */
export function formerData({ registration: { last_name, phone, address } }: Person): readonly string[] {
  return [last_name, phone, address];
}

/** Registers by the person's own address: whoever comes through the gateway has the gateway's. */
export async function registerFrom(commandUrl: string, { registration, localAddress, userAgent }: Person) {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json', 'User-Agent': userAgent };
    const from = localAddress === undefined ? {} : { localAddress };
    const call = request(`${commandUrl}/players`, { method: 'POST', headers, ...from }, resolve);
    call.once('error', reject);
    call.end(JSON.stringify(registration));
  });
  const body = await text(answer);
  if (answer.statusCode !== 201) throw new Error(`the registration answered ${answer.statusCode}: ${body}`);
  return JSON.parse(body) as { readonly player_id: string; readonly token: string };
}
