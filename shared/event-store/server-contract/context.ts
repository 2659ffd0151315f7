import { randomUUID } from 'node:crypto';
import { type EventData, type EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import type { ExecutionContext, TestFn } from 'ava';

export type ServerUnderTest = {
  /** For all tests of a file: the client's appends share what they wait for, so ending one client fails the others. */
  readonly client: EventStoreDBClient;
  readonly url: string;
  /** Of a user who may everything; undefined where nobody is asked. */
  readonly admin: Credentials | undefined;
};

export type Credentials = { readonly username: string; readonly password: string };

/** What a test of the contract gets: a server that others use too, and a prefix that only its own streams have. */
export type ServerContext = ServerUnderTest & { readonly prefix: string };

export type ServerTest = (title: string, body: (t: ExecutionContext, server: ServerContext) => Promise<void>) => void;

export function createServerTest(test: TestFn, name: string, server: () => ServerUnderTest): ServerTest {
  return (title, body) =>
    test(`${name}: ${title}`, async (t) => body(t, { ...server(), prefix: `test${randomUUID().slice(0, 8)}` }));
}

/** Calls with credentials of their own go one by one, all others together over one call. */
export const WAYS_TO_APPEND = ['BatchAppend', 'Append'] as const;

export function optionsOf(way: (typeof WAYS_TO_APPEND)[number], { admin }: ServerContext) {
  // Where nobody is asked, whose they are does not matter.
  return way === 'BatchAppend' ? {} : { credentials: admin ?? { username: 'admin', password: 'changeit' } };
}

export function event(index = 0, type = 'Tested'): EventData {
  return jsonEvent({ id: randomUUID(), type, data: { index } });
}

export function events(count: number): EventData[] {
  return Array.from({ length: count }, (_, index) => event(index));
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

type Read = AsyncIterable<{ event?: { revision: bigint } }>;

export async function revisionsOf(read: Read): Promise<number[]> {
  return (await collect(read)).map(({ event: stored }) => Number(stored?.revision));
}
