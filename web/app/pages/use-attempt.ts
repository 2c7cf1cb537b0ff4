import { useCallback, useEffect, useState } from 'react';
import type { Answer, CallRefusal } from '../api/call.ts';
import { REPLACED } from '../passkey.ts';
import { useServices } from '../services.ts';

export interface Attempt {
  readonly busy: boolean;
  /** Why the last one did not succeed, until the next begins. */
  readonly refusal: string | null;
  /** Seconds until the server hears the next one; 0 = now. */
  readonly wait: number;
  /** One at a time; true when it succeeded. */
  readonly go: <T>(run: () => Promise<Answer<T>>, done: (value: T) => void) => Promise<boolean>;
}

/**
 * One attempt to become somebody. While it runs, a press that waits is not sent: it must not go out in
 * the name of whoever signs in now.
 */
export function useAttempt(): Attempt {
  const { halt } = useServices();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<CallRefusal | null>(null);
  const wait = useWait(refusal);
  const go = useCallback<Attempt['go']>(
    async (run, done) => {
      halt.presser({ kind: 'changing' });
      setBusy(true);
      setRefusal(null);
      const answer = await run();
      setBusy(false);
      if (answer.ok) {
        done(answer.value);
        return true;
      }
      halt.presser({ kind: 'nobody' });
      if (answer.error.code !== REPLACED) setRefusal(answer.error);
      return false;
    },
    [halt],
  );
  return { busy, refusal: refusal?.sentence ?? null, wait, go };
}

/** Counts a throttle's seconds down, by the monotonic clock. */
function useWait(refusal: CallRefusal | null): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    const seconds = refusal?.waitSeconds ?? 0;
    const until = performance.now() + seconds * 1000;
    const show = (): void => setLeft(Math.max(0, Math.ceil((until - performance.now()) / 1000)));
    show();
    if (seconds === 0) return;
    const timer = setInterval(show, 250);
    return () => clearInterval(timer);
  }, [refusal]);
  return left;
}
