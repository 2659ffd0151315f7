import type { IncomingMessage } from 'node:http';
import test from 'ava';
import { addressOf, networkField, networks } from './caller-address.js';

const from = (remoteAddress: string, forwarded?: string) =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage;

test('a network has its addresses and no others', (t) => {
  const list = networks(['192.0.2.0/24', '203.0.113.5', '2001:db8::/32']);
  for (const address of ['192.0.2.1', '192.0.2.255', '203.0.113.5', '2001:db8::1']) t.true(list.has(address), address);
  for (const address of ['192.0.3.1', '203.0.113.6', '2001:db9::1', '', 'localhost'])
    t.false(list.has(address), address);
});

test('what is no network is refused', (t) => {
  for (const text of ['192.0.2.0/33', '192.0.2', 'example.com', '2001:db8::/129', '192.0.2.0/x', '']) {
    t.false(networkField.safeParse(text).success, text);
  }
});

test('the address is that of the connection, unless it is a proxy of ours', (t) => {
  const none = networks([]);
  const ours = networks(['10.0.0.0/8']);
  t.is(addressOf(from('198.51.100.1', '192.0.2.1'), none), '198.51.100.1');
  t.is(addressOf(from('198.51.100.1', '192.0.2.1'), ours), '198.51.100.1');
  t.is(addressOf(from('10.0.0.1', '192.0.2.1'), ours), '192.0.2.1');
  t.is(addressOf(from('::ffff:10.0.0.1', '192.0.2.1, 10.0.0.2'), ours), '192.0.2.1');
  // The first is what the client itself wrote.
  t.is(addressOf(from('10.0.0.1', '127.0.0.1, 192.0.2.1'), ours), '192.0.2.1');
  t.is(addressOf(from('10.0.0.1'), ours), '10.0.0.1');
  t.is(addressOf(from('10.0.0.1', 'nonsense'), ours), '10.0.0.1');
});
