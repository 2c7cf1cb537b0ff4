import { browserSupportsWebAuthnAutofill, WebAuthnAbortService } from '@simplewebauthn/browser';
import { useEffect } from 'react';
import type { Assertion } from '../../../protocol/factors.ts';
import { startPasskeySignIn } from '../api/session.ts';
import { askPasskey } from '../passkey.ts';

/** A challenge is good for 2 minutes; a sign-in page may stand all night. */
const RENEWED_MS = 100_000;

type Given = (challenge: string, assertion: Assertion) => void;

/**
 * Offers passkeys in the browser's own list of the user field, where it can. `paused` while the page
 * asks for one by its button: a browser answers one question at a time.
 */
export function usePasskeyAutofill(paused: boolean, onGiven: Given): void {
  useEffect(() => {
    if (paused) return;
    const ended = new AbortController();
    void offerUntil(ended.signal, onGiven);
    return () => {
      ended.abort();
      WebAuthnAbortService.cancelCeremony();
    };
  }, [paused, onGiven]);
}

async function offerUntil(ended: AbortSignal, onGiven: Given): Promise<void> {
  if (!(await browserSupportsWebAuthnAutofill())) return;
  for (;;) {
    const began = performance.now();
    const asked = await startPasskeySignIn();
    if (ended.aborted || !asked.ok) return;
    const renew = setTimeout(() => WebAuthnAbortService.cancelCeremony(), RENEWED_MS);
    const given = await askPasskey(asked.value.options, 'autofill');
    clearTimeout(renew);
    if (given.ok) {
      onGiven(asked.value.challenge, given.value);
      return;
    }
    // It ended before its time: this browser will not, and asking again would only repeat that.
    if (performance.now() - began < RENEWED_MS) return;
  }
}
