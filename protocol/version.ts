/** The wire contract's version. Console and server must speak the same one. */
export const PROTOCOL_VERSION = 4;

/**
 * Why a connection is refused: a closed list, so that the console has one clear page for each
 * and never half works. `upgrade-console` and `upgrade-server` say which side is older.
 */
export const REFUSALS = [
  'upgrade-console',
  'upgrade-server',
  'not-signed-in',
  'foreign-origin',
  'too-many-connections',
  'bad-handshake',
  /** The server is starting, or cannot check just now who this is: ask again soon. */
  'not-ready',
] as const;
export type ConnectionRefusal = (typeof REFUSALS)[number];

/** Says which side must be upgraded when the two versions differ; `null` when they agree. */
export function versionRefusal(consoleVersion: number, serverVersion: number): ConnectionRefusal | null {
  if (consoleVersion === serverVersion) return null;
  return consoleVersion < serverVersion ? 'upgrade-console' : 'upgrade-server';
}
