import { readFile } from 'node:fs/promises';
import test from 'ava';
import { z } from 'zod';
import { commandService, readyPlayer } from '../../../services/command/tests/command-client.js';
import { isSignedBy, sign } from '../../../shared/http/signature.js';

const vector = z.strictObject({
  what: z.string(),
  secret: z.string(),
  timestamp: z.string(),
  method: z.string(),
  path: z.string(),
  body: z.string(),
  signature: z.string(),
});

/** The code block of docs/provider-api.md that follows the comment of this name. */
async function blockOf(name: string): Promise<string> {
  const text = await readFile(new URL('../../../docs/provider-api.md', import.meta.url), 'utf8');
  const block = new RegExp(`<!-- ${name}: [^\\n]*-->\\n\`\`\`\\w*\\n([\\s\\S]*?)\`\`\`\\n`).exec(text)?.[1];
  if (block === undefined) throw new Error(`docs/provider-api.md has no block ${name}`);
  return block;
}

test('the test vectors of the document are right', async (t) => {
  const vectors = z
    .array(vector)
    .min(3)
    .parse(JSON.parse(await blockOf('vectors')));
  for (const { what, secret, signature, ...request } of vectors) {
    t.is(sign(secret, request), signature, what);
    t.true(isSignedBy([secret], signature, request, Number(request.timestamp) * 1_000), what);
  }
});

test('the calls of the document are answered as it says', async (t) => {
  const command = await commandService(t);
  const { playerId, sessionId } = await readyPlayer(command);
  const lines = (await blockOf('calls')).trimEnd().split('\n');
  t.is(lines.length % 2, 0);
  for (let at = 0; at < lines.length; at += 2) {
    const [, action = '', fields = ''] = /^POST \/provider\/v1\/(\w+) +(\{.*)$/.exec(lines[at] ?? '') ?? [];
    const body = fields.replaceAll('"12345"', `"${playerId}"`).replaceAll('"s-1"', `"${sessionId}"`);
    const answer = await command.provider(action, body);
    t.is(`${answer.status} ${answer.text}`, lines[at + 1] ?? '', lines[at]);
  }
});
