import { type ZodType, z } from 'zod';

export type JsonSchema = { readonly [keyword: string]: unknown };

const shown = z.registry<JsonSchema>();

/** For a schema that zod cannot tell as JSON Schema, since code checks it: what it takes, as JSON Schema. */
export function shownAs<S extends ZodType>(schema: S, as: JsonSchema): S {
  shown.add(schema, as);
  return schema;
}

/** What a caller may send (`input`) or is answered (`output`), as JSON Schema 2020-12, which OpenAPI 3.1 embeds as it is. */
export function jsonSchemaOf(schema: ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      const as = shown.get(zodSchema);
      if (as === undefined) return;
      for (const keyword of Object.keys(jsonSchema)) delete jsonSchema[keyword];
      Object.assign(jsonSchema, as);
    },
  });
  return rest;
}
