import { SECURITY_SCHEMES, type SecurityScheme } from '../access.js';
import { isNativePath } from '../native-errors.js';
import { PROBLEM_STATUS, type ProblemCode } from '../problem.js';
import type { AnswerBody, DeclaredRoute } from '../routes.js';
import { type JsonSchema, jsonSchemaOf } from './json-schema.js';
import { problemComponent, problemSchema } from './problems.js';

export type Operation = {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly security?: readonly { readonly [scheme: string]: readonly string[] }[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required: true; readonly content: Content };
  readonly responses: { readonly [status: string]: { readonly description: string; readonly content?: Content } };
  /** A route of the old way: it is there, and nobody said what it does. */
  readonly 'x-undeclared'?: true;
};

export type Parameter = {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: JsonSchema;
};

type Content = { readonly [mediaType: string]: { readonly schema: JsonSchema } };

export type OpenApiDocument = {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } };
  readonly components: {
    readonly schemas: { readonly [name: string]: JsonSchema };
    readonly securitySchemes: { readonly [name: string]: object };
  };
};

export type DocumentInfo = { readonly title: string; readonly description: string };

/** A route that was registered without being declared. */
export type BareRoute = { readonly method: string; readonly path: string };

const VERSION = '0.1.0';

/** What any route may answer; the first for a URL or a header that means nothing. */
const ALWAYS: readonly ProblemCode[] = ['malformed', 'internal', 'unavailable'];

/** OpenAPI 3.1 of these routes, generated from the schemas that check their requests. */
export function openApiDocument(
  info: DocumentInfo,
  routes: readonly DeclaredRoute[],
  bare: readonly BareRoute[] = [],
): OpenApiDocument {
  const paths: { [path: string]: { [method: string]: Operation } } = {};
  const codes = new Set<ProblemCode>();
  const schemes = new Set<SecurityScheme>();
  const add = (path: string, method: string, operation: Operation) => {
    paths[path] = { ...paths[path], [method]: operation };
  };
  for (const route of routes) {
    for (const code of problemsOf(route)) codes.add(code);
    for (const scheme of route.access.security) schemes.add(scheme);
    add(templateOf(route.path), route.method, operationOf(route));
  }
  for (const { method, path } of bare) {
    const template = templateOf(path);
    if (paths[template]?.[method] !== undefined) continue;
    add(template, method, {
      ...{ operationId: idOf(method, path), summary: 'Not described yet', tags: ['undeclared'], 'x-undeclared': true },
      ...parametersOf(path, undefined, []),
      responses: { default: { description: 'Anything' } },
    });
  }
  return {
    openapi: '3.1.0',
    info: { ...info, version: VERSION },
    paths,
    components: {
      schemas: Object.fromEntries([...codes].sort().map((code) => [problemComponent(code), problemSchema(code)])),
      securitySchemes: Object.fromEntries([...schemes].sort().map((scheme) => [scheme, SECURITY_SCHEMES[scheme]])),
    },
  };
}

function operationOf(route: DeclaredRoute): Operation {
  const { method, path, tag, access, declaration } = route;
  const { summary, description, body, query, headers = [], answers } = declaration;
  return {
    operationId: idOf(method, path),
    summary,
    ...(description === undefined ? {} : { description }),
    tags: [tag],
    security: access.security.map((scheme) => ({ [scheme]: [] })),
    ...parametersOf(path, query === undefined ? undefined : jsonSchemaOf(query, 'input'), headers),
    ...(body === undefined ? {} : { requestBody: { required: true, content: json(jsonSchemaOf(body, 'input')) } }),
    responses: { ...answersOf(answers), ...refusalsOf(problemsOf(route), isNativePath(path)) },
  };
}

function problemsOf({ access, declaration }: DeclaredRoute): readonly ProblemCode[] {
  const large: readonly ProblemCode[] = declaration.body === undefined ? [] : ['body_too_large'];
  return [...new Set([...ALWAYS, ...large, ...access.problems, ...(declaration.problems ?? [])])];
}

function answersOf(answers: { readonly [status: number]: AnswerBody }): Operation['responses'] {
  const entries = Object.entries(answers).map(([status, body]) => {
    if (body === null) return [status, { description: 'Done' }];
    const content =
      'mediaType' in body ? { [body.mediaType]: { schema: { type: 'string' } } } : json(jsonSchemaOf(body, 'output'));
    return [status, { description: 'Done', content }];
  });
  return Object.fromEntries(entries);
}

const NATIVE_ERROR: JsonSchema = {
  type: 'object',
  properties: { error: { type: 'string' }, code: { type: 'integer' } },
  required: ['error', 'code'],
  additionalProperties: false,
};

/** By status; where several codes share one, the body is any of theirs. Fast Track has a body of its own for all of them. */
function refusalsOf(codes: readonly ProblemCode[], isNative: boolean): Operation['responses'] {
  const statuses = [...new Set(codes.map((code) => PROBLEM_STATUS[code]))].sort();
  const entries = statuses.map((status) => {
    const ofStatus = codes.filter((code) => PROBLEM_STATUS[code] === status);
    const anyOf = ofStatus.map((code) => ({ $ref: `#/components/schemas/${problemComponent(code)}` }));
    if (isNative) return [status, { description: ofStatus.join(', '), content: json(NATIVE_ERROR) }];
    return [
      status,
      { description: ofStatus.join(', '), content: { 'application/problem+json': { schema: { anyOf } } } },
    ];
  });
  return Object.fromEntries(entries);
}

function parametersOf(
  path: string,
  query: JsonSchema | undefined,
  headers: readonly string[],
): { parameters?: readonly Parameter[] } {
  const required = new Set((query?.required as readonly string[] | undefined) ?? []);
  const parameters: Parameter[] = [
    ...[...path.matchAll(/:(\w+)/g)].map(
      ([, name = '']): Parameter => ({ name, in: 'path', required: true, schema: { type: 'string' } }),
    ),
    ...Object.entries((query?.properties as { readonly [name: string]: JsonSchema } | undefined) ?? {}).map(
      ([name, schema]): Parameter => ({ name, in: 'query', required: required.has(name), schema }),
    ),
    ...headers.map((name): Parameter => ({ name, in: 'header', required: false, schema: { type: 'string' } })),
  ];
  return parameters.length === 0 ? {} : { parameters };
}

function json(schema: JsonSchema): Content {
  return { 'application/json': { schema } };
}

/** `/a/:id` as OpenAPI writes it: `/a/{id}`. */
function templateOf(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}');
}

function idOf(method: string, path: string): string {
  return [method, ...path.split('/')]
    .map((part) => part.replace(/\W/g, '_'))
    .filter((part) => part !== '')
    .join('_');
}

/** Documents of several services as one, for whoever puts them behind one address. Of what two have, the first counts. */
export function mergeDocuments(info: DocumentInfo, documents: readonly OpenApiDocument[]): OpenApiDocument {
  const paths: { [path: string]: { readonly [method: string]: Operation } } = {};
  for (const document of documents) {
    for (const [path, operations] of Object.entries(document.paths)) paths[path] = { ...operations, ...paths[path] };
  }
  return {
    openapi: '3.1.0',
    info: { ...info, version: VERSION },
    paths,
    components: {
      schemas: Object.assign({}, ...documents.map(({ components }) => components.schemas)),
      securitySchemes: Object.assign({}, ...documents.map(({ components }) => components.securitySchemes)),
    },
  };
}
