import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Env } from '../../../shared/config/env.js';

export type BridgeAddress = { readonly url: string; readonly key: string };

const ready = z.object({ bridge: z.string().min(1), keys: z.object({ backofficeApiKey: z.string().min(1) }) });

/** The bridge that is named, else the one of the platform that runs on `CROUPIER_DATA_DIR`. @throws Error that says what is missing */
export async function bridgeAddress(url: string | undefined, env: Env): Promise<BridgeAddress> {
  if (url !== undefined) {
    if (!URL.canParse(url)) throw new Error(`--url ${url} is no address`);
    if (!env.CROUPIER_BACKOFFICE_KEY) throw new Error('--url needs the key in CROUPIER_BACKOFFICE_KEY');
    return { url: url.replace(/\/$/, ''), key: env.CROUPIER_BACKOFFICE_KEY };
  }
  const path = join(env.CROUPIER_DATA_DIR || '.data', 'ready.json');
  const { bridge, keys } = parseReady(await textOf(path), path);
  return { url: bridge, key: env.CROUPIER_BACKOFFICE_KEY || keys.backofficeApiKey };
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw new Error(`there is no ${path}: start the platform (npm start), or name the bridge with --url`);
  }
}

function parseReady(text: string, path: string): z.infer<typeof ready> {
  try {
    return ready.parse(JSON.parse(text));
  } catch {
    throw new Error(`${path} names no bridge and back-office key`);
  }
}
