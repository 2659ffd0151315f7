import { appendFile, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { type LinePlace, openJournal } from './journal.js';
import { temporaryFolder } from './testing/temporary-folder.js';

test('what was appended is shown to the next owner, in order, with its place', async (t) => {
  const path = join(await temporaryFolder(t), 'below', 'a.jsonl');
  const first = await openJournal(path);
  const lines = Array.from({ length: 500 }, (_, at) => JSON.stringify({ at, text: 'é'.repeat(at % 7) }));
  const places = lines.map((line) => first.append(line));
  await Promise.all(places.map(({ written }) => written));
  await first.close();

  const shown: [string, LinePlace][] = [];
  const second = await openJournal(path, (line, place) => shown.push([line, place]));
  t.deepEqual(
    shown,
    lines.map((line, at) => [line, { offset: places[at]?.offset ?? -1, length: places[at]?.length ?? -1 }]),
  );
  t.is((await second.read(places[7]?.offset ?? 0, places[7]?.length ?? 0)).toString(), lines[7] ?? '');
  await second.close();
});

test('lines that are longer than a read are whole', async (t) => {
  const path = join(await temporaryFolder(t), 'a.jsonl');
  const first = await openJournal(path);
  const lines = [1, 3_000_000, 2, 1_048_575, 5].map((length) => 'x'.repeat(length));
  await Promise.all(lines.map((line) => first.append(line).written));
  await first.close();
  const shown: string[] = [];
  const second = await openJournal(path, (line) => shown.push(line));
  t.true(shown.every((line, at) => line === lines[at]) && shown.length === lines.length);
  await second.close();
});

test('a line cut short by a kill is removed, and the next one stands on its own', async (t) => {
  const path = join(await temporaryFolder(t), 'a.jsonl');
  const first = await openJournal(path);
  await first.append('{"whole":1}').written;
  await first.close();
  await appendFile(path, '{"torn":');

  const shown: string[] = [];
  const second = await openJournal(path, (line) => shown.push(line));
  t.deepEqual(shown, ['{"whole":1}']);
  await second.append('{"whole":2}').written;
  t.is(await readFile(path, 'utf8'), '{"whole":1}\n{"whole":2}\n');
  await second.close();
});

test('an append is in the file when it says so', async (t) => {
  const path = join(await temporaryFolder(t), 'a.jsonl');
  const journal = await openJournal(path);
  const { offset, length, written } = journal.append('{"n":1}');
  await written;
  t.is((await stat(path)).size, offset + length + 1);
  await journal.close();
});

test('a read waits for what is still being written', async (t) => {
  const journal = await openJournal(join(await temporaryFolder(t), 'a.jsonl'));
  const { offset, length } = journal.append('{"n":1}');
  t.is((await journal.read(offset, length)).toString(), '{"n":1}');
  await journal.close();
});
