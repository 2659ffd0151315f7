import { join } from 'node:path';
import { build, type Plugin } from 'vite';
import { PAGE_NAMES, WEB } from './sources.js';

/**
 * Builds every page into the folder named by the argument. A process of its own: Vite sets NODE_ENV, and its memory is
 * of no use once the pages are built.
 */
await build({
  configFile: false,
  envDir: false,
  root: WEB,
  publicDir: false,
  logLevel: 'warn',
  plugins: [sourcesFirst()],
  build: {
    outDir: process.argv[2] ?? join(WEB, 'dist'),
    emptyOutDir: false,
    target: 'es2023',
    // A data: URL or an inline script is nothing that the pages' policy would let through.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rollupOptions: { input: Object.fromEntries(PAGE_NAMES.map((name) => [name, join(WEB, name, 'index.html')])) },
  },
});

/** `./parts.js` is `parts.tsx`, also where a compiled copy of the checkout has JavaScript beside its sources. */
function sourcesFirst(): Plugin {
  return {
    name: 'sources-first',
    enforce: 'pre',
    async resolveId(source, importer) {
      if (!/^\.\.?\/.*\.js$/.test(source)) return null;
      for (const extension of ['.ts', '.tsx']) {
        const found = await this.resolve(source.replace(/\.js$/, extension), importer, { skipSelf: true });
        if (found !== null) return found;
      }
      return null;
    },
  };
}
