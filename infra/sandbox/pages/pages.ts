import type { Context } from 'koa';
import { Problem } from '../../../shared/http/problem.js';
import { type BuiltPages, builtPages } from './built-pages.js';
import type { PageName } from './sources.js';

/** Serves the built pages and what they load. */
export type Pages = {
  /** Starts to build what is missing, so that the first visitor need not wait. @throws what the build printed. */
  prepare(): Promise<void>;
  page(ctx: Context, name: PageName): Promise<void>;
  /** `/assets/…` of the build. @throws Problem 404. */
  asset(ctx: Context): Promise<void>;
};

/** Nothing inline and nothing from elsewhere: a page talks to the server that it came from, and to no other. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const ASSET_MAX_AGE_S = 31_536_000;

/** @param load reads the build; a test has its own. It is asked once, and again after a failure. */
export function createPages(load: () => Promise<BuiltPages> = builtPages): Pages {
  let loading: Promise<BuiltPages> | undefined;

  function files(): Promise<BuiltPages> {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  }

  async function serve(ctx: Context, path: string, cacheControl: string): Promise<void> {
    const file = (await files()).get(path);
    if (file === undefined) throw new Problem(404, 'not_found', 'There is no such page');
    ctx.set('Content-Security-Policy', PAGE_POLICY);
    ctx.set('Cache-Control', cacheControl);
    ctx.type = file.type;
    ctx.body = file.body;
  }

  return {
    async prepare() {
      await files();
    },
    page: (ctx, name) => serve(ctx, `${name}/index.html`, 'no-cache'),
    // Its name has the hash of its content, so it never changes.
    asset: (ctx) => serve(ctx, ctx.path.slice(1), `public, max-age=${ASSET_MAX_AGE_S}, immutable`),
  };
}
