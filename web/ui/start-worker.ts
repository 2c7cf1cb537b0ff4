/**
 * Starts a worker by an address that the page's CSP accepts: where the browser has Trusted Types, an
 * address is a script's only when this one policy made it, and it makes them of our own files alone.
 */
interface ScriptUrlPolicy {
  /** An object that reads as a string; the compiler's DOM types do not know it yet. */
  createScriptURL(address: string): string;
}
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: (address: string) => string }): ScriptUrlPolicy;
}

let policy: ScriptUrlPolicy | null = null;

/** `address`: of `import address from './worker.ts?worker&url'`. */
export function startWorker(address: string, name: string): Worker {
  policy ??= makePolicy();
  return new Worker(policy.createScriptURL(address), { type: 'module', name });
}

function makePolicy(): ScriptUrlPolicy {
  const rules = { createScriptURL: ownScript };
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  return trustedTypes ? trustedTypes.createPolicy('cwts-workers', rules) : rules;
}

function ownScript(address: string): string {
  const url = new URL(address, location.href);
  if (url.origin !== location.origin) throw new TypeError(`A worker is never started from ${url.origin}.`);
  return url.href;
}
