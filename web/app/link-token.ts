/** Where a one-time link leads. */
export type LinkKind = 'enrol' | 'wall';
export interface LinkToken {
  readonly kind: LinkKind;
  /** Empty: the address had none. */
  readonly token: string;
}

/**
 * Takes a one-time token out of `/enrol#token=…` or `/wall#token=…` and off the address bar and the
 * history, at once. It lives in memory only: never in storage, never in a request's address.
 */
export function takeLinkToken(
  location: Pick<Location, 'pathname' | 'hash'>,
  history: Pick<History, 'replaceState'>,
): LinkToken | null {
  const kind = location.pathname === '/enrol' ? 'enrol' : location.pathname === '/wall' ? 'wall' : null;
  if (kind === null) return null;
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  history.replaceState(null, '', `/${kind}`);
  // A wall display that was reloaded at its own address is the console it was.
  if (kind === 'wall' && token === null) {
    history.replaceState(null, '', '/');
    return null;
  }
  return { kind, token: token ?? '' };
}
