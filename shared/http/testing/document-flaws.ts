import { z } from 'zod';
import type { OpenApiDocument } from '../openapi/document.js';

// OpenAPI 3.1 as far as our documents go, by its specification: what is not named here may not be in them.

const schema = z.record(z.string(), z.unknown());
const content = z.record(z.string().regex(/^[\w-]+\/[\w+.-]+$/), z.strictObject({ schema }));
const parameter = z.strictObject({
  name: z.string().min(1),
  in: z.enum(['path', 'query', 'header']),
  required: z.boolean(),
  schema,
});
const operation = z.strictObject({
  operationId: z.string().regex(/^\w+$/),
  summary: z.string().min(1),
  description: z.string().optional(),
  tags: z.array(z.string()),
  security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
  parameters: z.array(parameter).optional(),
  requestBody: z.strictObject({ required: z.literal(true), content }).optional(),
  responses: z.record(
    z.string().regex(/^([1-5]\d\d|default)$/),
    z.strictObject({ description: z.string().min(1), content: content.optional() }),
  ),
});
const securityScheme = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('apiKey'), in: z.literal('header'), name: z.string(), description: z.string() }),
  z.strictObject({
    type: z.literal('http'),
    scheme: z.enum(['bearer', 'basic']),
    bearerFormat: z.string().optional(),
    description: z.string(),
  }),
]);
const openApi = z.strictObject({
  openapi: z.literal('3.1.0'),
  info: z.strictObject({ title: z.string(), version: z.string(), description: z.string() }),
  paths: z.record(z.string().startsWith('/'), z.partialRecord(z.enum(['get', 'post', 'put', 'delete']), operation)),
  components: z.strictObject({
    schemas: z.record(z.string().regex(/^[\w.-]+$/), schema),
    securitySchemes: z.record(z.string().regex(/^[\w.-]+$/), securityScheme),
  }),
});

/**
 * What is not as OpenAPI 3.1 wants it: members, references into nowhere, path parameters that are not declared, ids given
 * twice, and routes that nobody declared (`x-undeclared` is no member of an operation here). Schemas are checked by ajv.
 */
export function documentFlaws(document: OpenApiDocument): readonly string[] {
  const parsed = openApi.safeParse(document);
  if (!parsed.success) return parsed.error.issues.map(({ path, message }) => `${path.join(' ')}: ${message}`);
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.values(methods).map((operation) => ({ path, operation })),
  );
  const ids = operations.map(({ operation }) => operation.operationId);
  const twice = ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `two operations are ${id}`);
  const schemes = operations.flatMap(({ operation }) => (operation.security ?? []).flatMap((one) => Object.keys(one)));
  const unknown = schemes.filter((name) => document.components.securitySchemes[name] === undefined);
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
  const dangling = references.filter(([, name = '']) => document.components.schemas[name] === undefined);
  const parameters = operations.flatMap(({ path, operation }) => {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
    const declared = (operation.parameters ?? []).filter((one) => one.in === 'path').map(({ name }) => name);
    return inPath.join() === declared.sort().join() ? [] : [`the parameters of ${path} are not its declared ones`];
  });
  return [
    ...twice,
    ...unknown.map((name) => `there is no security scheme ${name}`),
    ...dangling.map(([reference]) => `${reference} leads nowhere`),
    ...parameters,
  ];
}
