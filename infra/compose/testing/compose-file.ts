import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const FOLDER = new URL('../', import.meta.url);

const service = z.looseObject({
  image: z.string().optional(),
  user: z.string().optional(),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  cap_add: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  pids_limit: z.number().optional(),
  mem_limit: z.string().optional(),
  cpus: z.number().optional(),
  scale: z.number().optional(),
  command: z.array(z.string()).optional(),
  ports: z.array(z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.coerce.string()).optional(),
  healthcheck: z
    .object({ test: z.array(z.string()) })
    .loose()
    .optional(),
  profiles: z.array(z.string()).optional(),
  networks: z.object({ default: z.looseObject({ ipv4_address: z.string().optional() }) }).optional(),
});

const file = z.looseObject({
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.null()),
});

export type ComposeService = z.infer<typeof service>;
export type Services = { readonly [name: string]: ComposeService };

export const COMPOSE_FILES = ['compose.yaml', 'compose.cluster.yaml'] as const;
export type ComposeFile = (typeof COMPOSE_FILES)[number];

export function composeText(name: ComposeFile): string {
  return readFileSync(new URL(name, FOLDER), 'utf8');
}

/** The services of a file as they are written, anchors followed. @throws Error when it is no compose file. */
export function composeServices(name: ComposeFile): Services {
  return file.parse(parse(composeText(name), { merge: true })).services;
}

const network = z.object({ subnet: z.string(), ip_range: z.string() });
const networks = z.looseObject({
  networks: z.object({ default: z.object({ ipam: z.object({ config: z.tuple([network]) }) }) }),
});

/** The addresses of the single node's network, as they are written. */
export function composeNetwork(): z.infer<typeof network> {
  return networks.parse(parse(composeText('compose.yaml'), { merge: true })).networks.default.ipam.config[0];
}

/** `${NAME}`, `${NAME:-default}` and `${NAME:?message}` as docker-compose reads them. @throws Error naming what is missing */
export function filledIn(text: string, values: { readonly [name: string]: string | undefined }): string {
  return text.replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_all, name: string, kind?: string, rest?: string) => {
    const value = values[name];
    if (value !== undefined && value !== '') return value;
    if (kind === '-') return rest ?? '';
    throw new Error(`${name} has no value`);
  });
}
