import { join } from 'node:path';
import { build } from 'vite';
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
