import type Router from '@koa/router';
import { z } from 'zod';
import { anyone } from '../access.js';
import { type DeclaredRoute, isDeclared, type Routes } from '../routes.js';
import { type BareRoute, type DocumentInfo, type OpenApiDocument, openApiDocument } from './document.js';

/** What every process has, as the middleware answers it. */
const PROCESS_ROUTES: readonly DeclaredRoute[] = [
  processRoute('/health/live', 'Whether the process runs', z.strictObject({ status: z.literal('live') })),
  processRoute(
    '/health/ready',
    'Whether it can do its work; 503 says what is missing',
    z.strictObject({
      status: z.literal('ready'),
      role: z.string().optional(),
      degraded: z.array(z.string()).optional(),
    }),
  ),
  processRoute('/metrics', 'Figures for Prometheus', { mediaType: 'text/plain' }),
  processRoute('/openapi.json', 'This document', z.looseObject({ openapi: z.literal('3.1.0') })),
  processRoute('/docs', 'This document for people', { mediaType: 'text/html' }),
];

function processRoute(path: string, summary: string, answer: DeclaredRoute['declaration']['answers'][number]) {
  return {
    method: 'get',
    path,
    tag: 'process',
    access: anyone,
    declaration: { summary, answers: { 200: answer } },
  } as const;
}

/** The document of one process: every route that its routers have. One that nobody declared is in it as such. */
export function serviceDocument(info: DocumentInfo, groups: readonly (Router | Routes)[]): OpenApiDocument {
  const declared = groups.flatMap((group) => (isDeclared(group) ? group.declared : []));
  const bare = groups.flatMap((group): readonly BareRoute[] =>
    isDeclared(group)
      ? []
      : group.stack
          .flatMap((layer) =>
            layer.methods.map((method) => ({ method: method.toLowerCase(), path: String(layer.path) })),
          )
          .filter(({ method }) => method !== 'head'),
  );
  return openApiDocument(info, [...declared, ...PROCESS_ROUTES], bare);
}
