import { once } from 'node:events';
import { connect } from 'node:net';
import test from 'ava';
import { createHashingLine } from '../adapters/hashing-line.js';
import { createPasswords, type Passwords } from '../adapters/passwords.js';
import { commandService, PERSON } from './command-client.js';

// Goal: whoever asks for logins and hangs up, however often, does not pile up work. Method: the real service, with
// passwords whose line a test holds still.

/** Passwords of which one is looked at, and not done before the test says so. */
function heldStill(waitingMax: number) {
  let release = () => {};
  const line = createHashingLine({ atOnce: 1, waitingMax });
  const held = line.run(
    () =>
      new Promise<void>((resolve) => {
        release = resolve;
      }),
  );
  const inner = createPasswords(1024, line);
  let arrived = 0;
  let gone = 0;
  const passwords: Passwords = {
    ...inner,
    isPassword(password, credential, caller) {
      arrived += 1;
      caller?.addEventListener('abort', () => {
        gone += 1;
      });
      return inner.isPassword(password, credential, caller);
    },
  };
  const until = async (done: () => boolean) => {
    while (!done()) await new Promise(setImmediate);
  };
  return {
    passwords,
    release: async () => {
      release();
      await held;
    },
    arrivals: (count: number) => until(() => arrived >= count),
    departures: (count: number) => until(() => gone >= count),
  };
}

const LOGIN = { email: PERSON.email, password: PERSON.password };

test('when too many passwords wait the next is told to come back, and changes nothing', async (t) => {
  const { passwords, release, arrivals } = heldStill(2);
  const command = await commandService(t, { passwords });
  const waiting = [command.send('/login', { body: LOGIN }), command.send('/login', { body: LOGIN })];
  await arrivals(2);
  for (const [path, body] of [
    ['/login', LOGIN],
    ['/players', PERSON],
  ] as const) {
    const refused = await command.send(path, { body });
    t.deepEqual([refused.status, refused.body.code, refused.headers.get('Retry-After')], [503, 'unavailable', '1']);
  }
  await release();
  for (const answer of await Promise.all(waiting)) t.is(answer.status, 401, 'nobody was registered');
  t.is((await command.send('/players', { body: PERSON })).status, 201);
});

test('logins that were hung up on make room: they are not looked at', async (t) => {
  const { passwords, release, arrivals, departures } = heldStill(2);
  const command = await commandService(t, { passwords });
  const { hostname, port } = new URL(command.url);
  const body = JSON.stringify(LOGIN);
  const sockets = [1, 2].map(() => {
    const socket = connect(Number(port), hostname);
    socket.write(`POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    return socket;
  });
  await arrivals(2);
  for (const socket of sockets) {
    socket.destroy();
    await once(socket, 'close');
  }
  await departures(2);
  const patient = command.send('/login', { body: LOGIN });
  await arrivals(3);
  await release();
  t.is((await patient).status, 401);
});
