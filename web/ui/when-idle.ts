/**
 * Runs `act` when the main thread has nothing else to do, at the latest after `withinMs`; where the
 * browser cannot tell (Safari), in a task of its own. Returns how to take it back.
 */
export function whenIdle(act: () => void, withinMs: number): () => void {
  if (typeof requestIdleCallback === 'function') {
    const asked = requestIdleCallback(act, { timeout: withinMs });
    return () => cancelIdleCallback(asked);
  }
  const asked = setTimeout(act);
  return () => clearTimeout(asked);
}
