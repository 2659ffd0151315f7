import test from 'ava';
import { allEvents, commandService, PERSON } from './command-client.js';

// Goal: behind the gateway each caller is where they are, not where the gateway is, and nobody else may say so.
// Method: the real service; the test is the gateway.

const from = (address: string) => ({ 'X-Forwarded-For': address });

async function registeredFrom(
  trustedProxies: readonly string[],
  address: string,
  t: Parameters<typeof commandService>[0],
) {
  const command = await commandService(t, { trustedProxies });
  await command.send('/players', { body: PERSON, headers: from(address) });
  const created = (await allEvents(command.store)).find(({ type }) => type === 'ProfileCreated');
  return created?.data.ip_address;
}

test('a registration is from where the gateway says, if the gateway is ours', async (t) => {
  t.is(await registeredFrom(['127.0.0.0/8'], '192.0.2.7', t), '192.0.2.7');
  // The first is what the caller wrote, the last what the gateway saw.
  t.is(await registeredFrom(['127.0.0.0/8'], '10.1.1.1, 192.0.2.7', t), '192.0.2.7');
  t.is(await registeredFrom([], '192.0.2.7', t), '127.0.0.1');
});

test('behind the gateway wrong passwords from one place do not lock out another', async (t) => {
  const command = await commandService(t, { trustedProxies: ['127.0.0.1'] });
  await command.send('/players', { body: PERSON });
  const login = (address: string, password: string) =>
    command.send('/login', { body: { email: PERSON.email, password }, headers: from(address) });
  for (let n = 0; n < 10; n += 1) t.is((await login('192.0.2.7', 'wrong')).status, 401);
  t.is((await login('192.0.2.7', PERSON.password)).status, 429);
  t.is((await login('10.0.0.1, 192.0.2.7', PERSON.password)).status, 429, 'whatever it claims');
  t.is((await login('192.0.2.8', PERSON.password)).status, 200);
});
