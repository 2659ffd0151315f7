import fc, { type Arbitrary } from 'fast-check';
import type { JsonSchema } from '../openapi/json-schema.js';

/** What a test knows of a field by its name: ids of what exists, a currency, a PSP. */
export type Known = { readonly [name: string]: readonly unknown[] };

const DAY_MS = 86_400_000;

/** Values that the schema takes; those of a field that is `known` are what is known of it. */
export function valuesOf(schema: JsonSchema, known: Known = {}, name = ''): Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  const hinted = Object.hasOwn(known, name) ? known[name] : undefined;
  if (hinted !== undefined) return fc.constantFrom(...hinted);
  const options = (schema.anyOf ?? schema.oneOf) as readonly JsonSchema[] | undefined;
  if (options !== undefined) return fc.oneof(...options.map((option) => valuesOf(option, known, name)));
  switch (schema.type) {
    case 'object':
      return objectsOf(schema, known);
    case 'array':
      return fc.array(valuesOf((schema.items as JsonSchema | undefined) ?? {}, known), { maxLength: 3 });
    case 'string':
      return stringsOf(schema);
    case 'integer':
    case 'number':
      return fc.integer({ min: Number(schema.minimum ?? 0), max: 1_000 });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function objectsOf(schema: JsonSchema, known: Known): Arbitrary<unknown> {
  const properties = Object.entries((schema.properties as { readonly [name: string]: JsonSchema } | undefined) ?? {});
  const required = (schema.required as string[] | undefined) ?? [];
  const members = Object.fromEntries(properties.map(([name, member]) => [name, valuesOf(member, known, name)]));
  return fc.record(members, { requiredKeys: required });
}

function stringsOf(schema: JsonSchema): Arbitrary<string> {
  const [min, max] = [Number(schema.minLength ?? 1), Number(schema.maxLength ?? 40)];
  switch (schema.format) {
    case 'email':
      return fc.nat().map((number) => `fuzz${number}@example.com`);
    case 'date':
      return fc.integer({ min: 0, max: 10_000 }).map((day) => new Date(day * DAY_MS).toISOString().slice(0, 10));
    case 'date-time':
      return fc.integer({ min: 0, max: 40_000 }).map((day) => new Date(day * DAY_MS).toISOString());
  }
  if (typeof schema.pattern === 'string') return fc.stringMatching(new RegExp(schema.pattern));
  return fc.string({ minLength: min, maxLength: Math.min(max, min + 40) });
}
