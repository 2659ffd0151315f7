import type Router from '@koa/router';
import { mergeDocuments, type OpenApiDocument } from '../../../shared/http/openapi/document.js';
import { documentRoutes } from '../../../shared/http/openapi/document-routes.js';
import { unavailable } from '../../../shared/http/problem.js';

const FETCH_TIMEOUT_MS = 5_000;

/** The documents of command and query as one, since here they are behind one address; read anew each time. */
export function gatewayDocumentRoutes(urls: readonly string[]): Router {
  return documentRoutes(async () =>
    mergeDocuments(
      {
        title: 'Croupier',
        description: 'Every route of command and query at one address. Errors are RFC 9457 problems with stable codes.',
      },
      await Promise.all(urls.map(documentOf)),
    ),
  );
}

/** @throws Problem 503 while the service does not answer. */
async function documentOf(url: string): Promise<OpenApiDocument> {
  try {
    const response = await fetch(`${url}/openapi.json`, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
    if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
    return (await response.json()) as OpenApiDocument;
  } catch (cause) {
    throw unavailable(cause);
  }
}
