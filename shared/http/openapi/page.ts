import { escapeHtml, htmlPage } from '../html.js';
import type { OpenApiDocument, Operation } from './document.js';

/** The document for a person: a list of what there is, then each route with what it takes and answers. No script. */
export function documentPage(document: OpenApiDocument): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const tags = [...new Set(operations.flatMap(({ operation }) => operation.tags))];
  const sections = tags.map((tag) => {
    const ofTag = operations.filter(({ operation }) => operation.tags.includes(tag));
    return `<h2>${escapeHtml(tag)}</h2>\n${ofTag.map(operationPart).join('\n')}`;
  });
  const schemas = Object.entries(document.components.schemas).map(([name, schema]) =>
    folded(`<code id="${escapeHtml(name)}">${escapeHtml(name)}</code>`, source(schema)),
  );
  const schemes = Object.entries(document.components.securitySchemes).map(([name, scheme]) =>
    folded(`<code id="${escapeHtml(name)}">${escapeHtml(name)}</code>`, source(scheme)),
  );
  return htmlPage(
    document.info.title,
    [
      `<p>${escapeHtml(document.info.description)}</p>`,
      '<p>For machines: <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1).</p>',
      ...sections,
      ...['<h2>Who may call</h2>', ...schemes],
      ...['<h2>Refusals</h2>', '<p>RFC 9457, each with a stable code.</p>', ...schemas],
    ].join('\n'),
  );
}

type Listed = { readonly path: string; readonly method: string; readonly operation: Operation };

function operationPart({ path, method, operation }: Listed): string {
  const { summary, description, parameters = [], requestBody, responses, security = [], operationId } = operation;
  const schemes = security.flatMap((requirement) => Object.keys(requirement));
  const parts = [
    ...(description === undefined ? [] : [`<p>${escapeHtml(description)}</p>`]),
    `<p>Who: ${schemes.length === 0 ? 'anyone' : schemes.map(linkTo).join(' or ')}</p>`,
    ...(parameters.length === 0 ? [] : ['<p>Parameters</p>', source(parameters)]),
    ...(requestBody === undefined ? [] : ['<p>Body</p>', source(contentOf(requestBody))]),
    ...Object.entries(responses).map(([status, answer]) => {
      const content = contentOf(answer);
      const isRefusal = Number(status) >= 400;
      return `<p><code>${status}</code> ${escapeHtml(answer.description)}</p>${isRefusal || content === undefined ? '' : source(content)}`;
    }),
  ];
  const title = `<code>${method} ${escapeHtml(path)}</code> ${escapeHtml(summary)}`;
  return `<div id="${escapeHtml(operationId)}">${folded(title, parts.join('\n'))}</div>`;
}

/** The schema where the body is JSON, the media type where it is none. */
function contentOf({ content }: { readonly content?: { readonly [type: string]: { readonly schema: object } } }) {
  const [entry] = Object.entries(content ?? {});
  if (entry === undefined) return undefined;
  return entry[0] === 'application/json' ? entry[1].schema : entry[0];
}

function linkTo(name: string): string {
  return `<a href="#${escapeHtml(name)}">${escapeHtml(name)}</a>`;
}

function folded(title: string, body: string): string {
  return `<details><summary>${title}</summary>\n${body}</details>`;
}

function source(value: unknown): string {
  return `<pre>${escapeHtml(JSON.stringify(value, null, 2))}</pre>`;
}
