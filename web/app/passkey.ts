/** The browser's passkeys: made and used through `navigator.credentials`, refusals as sentences. */
import {
  browserSupportsWebAuthn,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
  WebAuthnError,
  type PublicKeyCredentialCreationOptionsJSON,
} from '@simplewebauthn/browser';
import { assertionSchema, type Assertion } from '../../protocol/factors.ts';
import { ok } from '../../protocol/result.ts';
import type { Answer } from './api/call.ts';

export const passkeysWork = (): boolean => browserSupportsWebAuthn();

/** As the server wrote them; the browser itself refuses what is not WebAuthn's. */
type ServerOptions = Readonly<Record<string, unknown>> & { readonly challenge: string };

/** Another question of this page took this one's place: nothing to tell anybody. */
export const REPLACED = 'passkey-replaced';

/** What a passkey signs for this challenge. `autofill`: waits in the browser's list of the user field. */
export async function askPasskey(
  options: ServerOptions,
  way: 'ask' | 'autofill' = 'ask',
): Promise<Answer<Assertion>> {
  try {
    const given = await startAuthentication({
      optionsJSON: options,
      useBrowserAutofill: way === 'autofill',
    });
    return ok(assertionSchema.parse(given));
  } catch (error) {
    return refusalOf(error, 'used');
  }
}

/** Takes the browser's question back; whoever waits for its answer gets `REPLACED`. */
export const dropPasskeyQuestion = (): void => WebAuthnAbortService.cancelCeremony();

/** Makes a passkey on this device or on a phone or key beside it. */
export async function makePasskey(options: ServerOptions): Promise<Answer<unknown>> {
  try {
    return ok(
      await startRegistration({ optionsJSON: options as unknown as PublicKeyCredentialCreationOptionsJSON }),
    );
  } catch (error) {
    return refusalOf(error, 'made');
  }
}

function refusalOf(error: unknown, verb: 'used' | 'made'): Answer<never> {
  const refuse = (code: string, sentence: string): Answer<never> => ({
    ok: false,
    error: { code, sentence, waitSeconds: null },
  });
  const name = error instanceof Error ? error.name : '';
  if (error instanceof WebAuthnError && error.code === 'ERROR_CEREMONY_ABORTED') return refuse(REPLACED, '');
  if (error instanceof WebAuthnError && error.code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED') {
    return refuse('passkey-known', 'This device or key holds a passkey of yours already.');
  }
  if (name === 'NotAllowedError') {
    return refuse(
      'passkey-not-given',
      `No passkey was ${verb}: it was cancelled, took too long, or the device could not verify you.`,
    );
  }
  if (name === 'SecurityError') {
    return refuse('passkey-address', 'Passkeys do not work under this address. Use the console’s own name.');
  }
  return refuse('passkey-failed', `No passkey was ${verb}: this browser or device could not do it.`);
}
