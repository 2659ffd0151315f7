import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { OpenApiDocument, Operation } from '../openapi/document.js';
import type { JsonSchema } from '../openapi/json-schema.js';

export type DocumentedRoute = { readonly method: string; readonly path: string; readonly operation: Operation };

export type Answered = { readonly status: number; readonly contentType: string; readonly text: string };

/** Holds answers against the document that says what they may be. */
export type Documented = {
  readonly routes: readonly DocumentedRoute[];
  /** What the document does not allow in this answer; empty when it is as declared. */
  complaints(route: DocumentedRoute, answer: Answered): readonly string[];
  /** Whether a body is what the route declares; undefined where it declares none. */
  takes(route: DocumentedRoute, body: unknown): boolean | undefined;
};

/** @throws Error when a schema of the document is no JSON Schema 2020-12. */
export function documented(document: OpenApiDocument): Documented {
  // Formats come with patterns of their own.
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  const compiled = new Map<JsonSchema, ValidateFunction>();
  const validatorOf = (schema: JsonSchema): ValidateFunction => {
    const known = compiled.get(schema);
    if (known !== undefined) return known;
    // Every schema brings the components along, so that references into them are found.
    const validator = ajv.compile({ ...schema, components: document.components });
    compiled.set(schema, validator);
    return validator;
  };
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  return {
    routes,
    complaints({ operation }, { status, contentType, text }) {
      const declared = operation.responses[String(status)];
      if (declared === undefined) return [`the status ${status} is not declared: ${text.slice(0, 300)}`];
      if (declared.content === undefined) return text === '' ? [] : ['a body where none is declared'];
      const mediaType = contentType.split(';')[0] ?? '';
      const content = declared.content[mediaType];
      if (content === undefined) return [`the media type ${mediaType} is not declared for ${status}`];
      if (!mediaType.endsWith('json')) return [];
      const validate = validatorOf(content.schema);
      if (validate(JSON.parse(text))) return [];
      return [`${status} ${ajv.errorsText(validate.errors)}: ${text.slice(0, 300)}`];
    },
    takes({ operation }, body) {
      const schema = operation.requestBody?.content['application/json']?.schema;
      return schema === undefined ? undefined : validatorOf(schema)(body);
    },
  };
}
