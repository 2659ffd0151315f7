import { EventStoreDBClient } from '@eventstore/db-client';
import type { Metadata } from '@grpc/grpc-js';
import type { TestFn } from 'ava';
import { testAccess } from './access.contract.js';
import { testAppends } from './appends.contract.js';
import { testCluster } from './cluster.contract.js';
import { type Credentials, createServerTest, type ServerTest, type ServerUnderTest } from './context.js';
import { testDeletions } from './deletions.contract.js';
import { testFilters } from './filters.contract.js';
import { testMetadata } from './metadata.contract.js';
import { testReads } from './reads.contract.js';
import { testSubscriptions } from './subscriptions.contract.js';

const DEADLINE_MS = 120_000;

/**
 * How EventStoreDB answers its own client, beyond what our port needs: what a server must do to stand in for one. `open`
 * gives the URL of a server that others may be using too.
 */
export function testEventStoreServer(test: TestFn, name: string, open: () => Promise<string>): void {
  const serverTest = prepare(test, name, open);
  testAppends(serverTest);
  testReads(serverTest);
  testDeletions(serverTest);
  testMetadata(serverTest);
  testFilters(serverTest);
  testSubscriptions(serverTest);
  testCluster(serverTest);
}

/** The same of a server that asks who calls; its URL holds the credentials of an admin. */
export function testEventStoreAccess(test: TestFn, name: string, open: () => Promise<string>): void {
  testAccess(prepare(test, name, open));
}

function prepare(test: TestFn, name: string, open: () => Promise<string>): ServerTest {
  let server: ServerUnderTest | undefined;
  test.before(`${name}: open`, async () => {
    const url = patient(await open());
    const { username, password } = new URL(url.replace(/^esdb/, 'http'));
    const admin = username === '' ? undefined : { username, password };
    const client = EventStoreDBClient.connectionString(url);
    if (admin) sendCredentials(client, admin);
    server = { client, url, admin };
  });
  test.after.always(`${name}: close`, () => server?.client.dispose());
  return createServerTest(test, name, () => {
    if (server === undefined) throw new Error('the server was not opened');
    return server;
  });
}

/** A busy machine may take its time. */
function patient(url: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}defaultDeadline=${DEADLINE_MS}`;
}

type CallArguments = (
  options: { readonly credentials?: Credentials },
  callOptions?: object,
) => [Metadata, { credentials?: unknown }];

/** The client sends credentials over TLS only, which an embedded server does not speak. */
function sendCredentials(client: EventStoreDBClient, admin: Credentials): void {
  const internals = client as unknown as { callArguments: CallArguments };
  const callArguments = internals.callArguments;
  internals.callArguments = ({ credentials = admin, ...options }, callOptions) => {
    const [metadata, callWith] = callArguments(options, callOptions);
    const { username, password } = credentials;
    metadata.set('authorization', `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`);
    delete callWith.credentials;
    return [metadata, callWith];
  };
}
