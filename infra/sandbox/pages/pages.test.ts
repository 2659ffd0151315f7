import test from 'ava';
import { sandboxInTest } from '../testing/sandbox-in-test.js';
import { scriptedServer } from '../testing/scripted-server.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { builtPages } from './built-pages.js';
import { sourcesHash } from './sources.js';

test('the pages are built once: the same sources have the same name', async (t) => {
  const [one, other] = await Promise.all([builtPages(), builtPages()]);
  t.deepEqual([...one.keys()].sort(), [...other.keys()].sort());
  for (const page of ['casino', 'staging', 'backoffice']) {
    const html = one.get(`${page}/index.html`)?.body.toString('utf8') ?? '';
    t.regex(html, new RegExp(`data-page="${page}"`));
    // Nothing that a strict policy would stop: all of it is fetched from this server.
    t.notRegex(html, /<style|style=|<script(?![^>]* src="\/assets\/)|https?:/);
  }
  t.is(await sourcesHash(), await sourcesHash());
});

test('each page is served at its own address, with what it loads and a strict policy', async (t) => {
  const gateway = await scriptedServer(t, () => ({ status: 418 }));
  const { urls } = await sandboxInTest(t, await temporaryFolder(t), gateway.url, { BACKOFFICE_API_KEY: 'bo-key' });
  const places = { casino: `${urls.casino}/`, staging: `${urls.fastTrack}/`, backoffice: `${urls.casino}/backoffice/` };
  for (const [name, url] of Object.entries(places)) {
    const answer = await fetch(url);
    const html = await answer.text();
    t.true(html.includes(`data-page="${name}"`), name);
    t.regex(
      answer.headers.get('Content-Security-Policy') ?? '',
      /^default-src 'none'; script-src 'self'; style-src 'self';/,
    );
    const assets = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
    t.true(assets.length >= 3, name);
    for (const path of assets) {
      const asset = await fetch(new URL(path, url));
      await asset.arrayBuffer();
      t.is(asset.status, 200, path);
      t.regex(asset.headers.get('Cache-Control') ?? '', /immutable/);
    }
  }
  t.is((await fetch(`${urls.casino}/assets/../package.json`)).status, 418, 'not a file of ours: the gateway is asked');
  t.is((await fetch(`${urls.casino}/assets/%2e%2e%2fpackage.json`)).status, 404);
  t.is((await fetch(`${urls.fastTrack}/assets/none.js`)).status, 404);
});
