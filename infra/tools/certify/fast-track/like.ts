/** What of a value a pattern speaks of: the same value where the pattern has one, nested, and only its fields. */
export function asPatterned(value: unknown, pattern: unknown): unknown {
  if (Array.isArray(pattern)) {
    return Array.isArray(value) ? value.map((part, at) => asPatterned(part, pattern[at])) : value;
  }
  if (typeof pattern !== 'object' || pattern === null) return value;
  if (typeof value !== 'object' || value === null) return value;
  const parts = new Map(Object.entries(value));
  return Object.fromEntries(
    Object.entries(pattern).map(([name, part]) => [name, parts.has(name) ? asPatterned(parts.get(name), part) : null]),
  );
}
