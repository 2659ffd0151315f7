import test from 'ava';
import { configOfTests } from '../tests/command-client.js';
import { createPasswords, PASSWORD_COST } from './passwords.js';

const CHEAP = 1024;

test('the cost is kept with each hash: what was hashed at another is still known', async (t) => {
  const before = await createPasswords(CHEAP).hash('correct horse');
  t.is(before.cost, CHEAP);
  const passwords = createPasswords(2 * CHEAP);
  t.true(await passwords.isPassword('correct horse', before));
  t.false(await passwords.isPassword('correct horse ', before));
  t.is((await passwords.hash('correct horse')).cost, 2 * CHEAP);
});

test('the same password twice is two hashes, and however its letters are composed it is the same', async (t) => {
  const passwords = createPasswords(CHEAP);
  const [one, other] = [await passwords.hash('caf\u00e9'), await passwords.hash('caf\u00e9')];
  t.not(one.hash, other.hash);
  t.true(await passwords.isPassword('cafe\u0301', one));
});

test('without a credential nothing is the password', async (t) => {
  t.false(await createPasswords(CHEAP).isPassword('', undefined));
});

test('unless told otherwise a hash costs what OWASP asks for', (t) => {
  t.is(PASSWORD_COST, 32_768);
  t.is(configOfTests().CROUPIER_PASSWORD_COST, CHEAP, 'tests are told otherwise');
});
