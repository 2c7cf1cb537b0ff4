/**
 * Takes a one-time token out of `/enrol#token=…` and off the address bar and the history, at once.
 * It lives in memory only: never in storage, never in a request's address.
 */
export function takeEnrolmentToken(
  location: Pick<Location, 'pathname' | 'hash'>,
  history: Pick<History, 'replaceState'>,
): string | null {
  if (location.pathname !== '/enrol') return null;
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  history.replaceState(null, '', '/enrol');
  return token ?? '';
}
