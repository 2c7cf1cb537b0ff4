/** Proves to the compiler that a switch over a union is complete; throws if a stranger came in. */
export function ensureNever(value: never): never {
  throw new Error(`unexpected variant: ${JSON.stringify(value)}`);
}

/** Returns `value`, or throws naming `what` when it is missing: for what the caller knows to be there. */
export function ensureDefined<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`${what} is missing`);
  return value;
}
