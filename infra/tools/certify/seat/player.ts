import { randomUUID } from 'node:crypto';
import { amountOf, type Units } from '../../audit/ledger/minor-units.js';
import { accountsOf, type PostingTable, postingTable } from '../arithmetic/posting-table.js';
import { createStory, type Story } from '../arithmetic/story.js';
import { type Answer, type Call, NotGathered } from '../evidence/wire.js';
import type { Inquiry } from '../inquiry.js';

export const CURRENCY = 'EUR';

/** Somebody who was never here before, and what must have happened to them so far. */
export type Player = {
  readonly inquiry: Inquiry;
  readonly id: string;
  readonly token: string;
  /** What logs them in; never in the evidence. */
  readonly login: { readonly email: string; readonly password: string };
  readonly story: Story;
  readonly table: PostingTable;
  /** One kept call; remembers where the newest write was stored, so that reads wait for it. */
  send(call: Call): Promise<Answer>;
  /** A read that is not older than the player's last write. */
  read(call: Omit<Call, 'method'>): Promise<Answer>;
  /** The same, and only its essence is kept by the reader. */
  look(call: Omit<Call, 'method'>): Promise<Answer>;
};

/** As amounts travel. */
export function euros(units: Units): string {
  return amountOf(units, CURRENCY);
}

/** Registers over HTTP. @throws NotGathered when that is refused. */
export async function register(inquiry: Inquiry): Promise<Player> {
  const { wire, subject } = inquiry;
  const person = newPerson();
  const { email, password } = person;
  const answer = await wire.send({ as: 'player', method: 'POST', to: '/players', json: person });
  const { player_id: id, token } = answer.body;
  if (answer.status !== 201 || typeof id !== 'string' || typeof token !== 'string') {
    throw new NotGathered(`a player could not register: ${answer.status} ${String(answer.body.code)}`);
  }
  const accounts = accountsOf(id, { psp: subject.keys.pspId, provider: subject.keys.providerId });
  const story = createStory(accounts);
  story.tell('PlayerRegistered', { told: [{ kind: 'registered' }] });
  let position = answer.position ?? 0n;
  const fresh = (call: Omit<Call, 'method'>): Call => ({
    ...call,
    method: 'GET',
    headers: { ...call.headers, 'X-Min-Position': String(position) },
  });
  return {
    ...{ inquiry, id, token, login: { email, password }, story, table: postingTable(accounts) },
    async send(call) {
      const got = await wire.send(call);
      if (got.position !== undefined && got.position > position) position = got.position;
      return got;
    },
    read: (call) => wire.send(fresh(call)),
    look: (call) => wire.look(fresh(call)),
  };
}

export function newPerson() {
  return {
    email: `certificate.${randomUUID()}@example.com`,
    password: randomUUID(),
    ...{ first_name: 'Certificate', last_name: 'Player', birth_date: '1990-01-31', country: 'SE', currency: CURRENCY },
  };
}

/** A call that must be accepted, or there is nothing to go on with. */
export function mustBe(inquiry: Inquiry, what: string, answer: Answer, status = 200): void {
  const found = answer.status === status ? status : `${answer.status} ${String(answer.body.code)}`;
  inquiry.compare(`${what} is answered ${status}`, found, status, [answer.n]);
}

/** A call that must be refused. */
export function mustRefuse(inquiry: Inquiry, what: string, answer: Answer, status: number, code: string): void {
  const found = `${answer.status} ${String(answer.body.code ?? '')}`.trim();
  inquiry.compare(`${what} is refused`, found, `${status} ${code}`, [answer.n]);
}
