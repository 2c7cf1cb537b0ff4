/** Passkeys as WebAuthn has them: what is asked of an authenticator, and whether its answer is right. */
import { createPublicKey } from 'node:crypto';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { cose, COSEALG, decodeCredentialPublicKey } from '@simplewebauthn/server/helpers';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { Micros } from '../../protocol/units.ts';
import type { Challenge, Site } from './challenges.ts';
import type { Passkey } from './state.ts';

const NAME = 'CWTS Ultra Console';
/** What node:crypto and every browser verify. */
const ALGORITHMS = [COSEALG.ES256, COSEALG.EdDSA, COSEALG.RS256];
const TIMEOUT_MS = 120_000;

/** Null when passkeys work here: a number is no name that a passkey can be bound to. */
export function siteRefusal({ rpId }: Site): Result<never> | null {
  if (!/^[0-9.]+$|:/.test(rpId) && rpId !== '') return null;
  return refuse(
    'passkey-needs-name',
    'Passkeys need a name: open the console by its name, such as localhost.',
  );
}

export function registrationOptions(
  person: { readonly id: string; readonly name: string; readonly passkeys: readonly Passkey[] },
  { bytes, site }: Challenge,
): Promise<object> {
  return generateRegistrationOptions({
    rpName: NAME,
    rpID: site.rpId,
    userName: person.id,
    userDisplayName: person.name,
    // The handle is what a discoverable passkey answers with; it is no secret.
    userID: copy(Buffer.from(person.id)),
    challenge: copy(bytes),
    timeout: TIMEOUT_MS,
    attestationType: 'none',
    excludeCredentials: person.passkeys.map(({ id, transports }) => ({ id, transports: [...transports] })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: ALGORITHMS,
  });
}

/** `passkeys`: whose may answer; none named = whichever this authenticator holds for us. */
export function signingOptions(passkeys: readonly Passkey[], { bytes, site }: Challenge): Promise<object> {
  return generateAuthenticationOptions({
    rpID: site.rpId,
    challenge: copy(bytes),
    timeout: TIMEOUT_MS,
    userVerification: 'required',
    allowCredentials: passkeys
      .filter(({ rpId }) => rpId === site.rpId)
      .map(({ id, transports }) => ({ id, transports: [...transports] })),
  });
}

export async function verifyRegistration(
  attestation: unknown,
  { bytes, site }: Challenge,
  more: { readonly name: string; readonly now: Micros },
): Promise<Result<Omit<Passkey, 'lastUsedAt'>>> {
  try {
    const { verified, registrationInfo: info } = await verifyRegistrationResponse({
      // Looked at member by member there; a malformed one throws.
      response: attestation as RegistrationResponseJSON,
      expectedChallenge: bytes.toString('base64url'),
      expectedOrigin: site.origin,
      expectedRPID: site.rpId,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    });
    if (!verified) return wrongPasskey();
    const { credential } = info;
    return ok({
      id: credential.id,
      name: more.name,
      cose: Buffer.from(credential.publicKey).toString('base64url'),
      spki: spkiOf(credential.publicKey).toString('base64url'),
      counter: credential.counter,
      rpId: site.rpId,
      backupEligible: info.credentialDeviceType === 'multiDevice',
      backedUp: info.credentialBackedUp,
      transports: (credential.transports ?? []).slice(0, 8).map((one) => one.slice(0, 32)),
      createdAt: more.now,
    });
  } catch {
    return wrongPasskey();
  }
}

/** The counter and flags that the authenticator said; refused when anything is not as it must be. */
export async function verifySigning(
  assertion: unknown,
  { bytes, site }: Challenge,
  passkey: Passkey,
): Promise<Result<{ readonly counter: number; readonly backedUp: boolean }>> {
  try {
    const { verified, authenticationInfo: info } = await verifyAuthenticationResponse({
      response: assertion as AuthenticationResponseJSON,
      expectedChallenge: bytes.toString('base64url'),
      expectedOrigin: site.origin,
      expectedRPID: passkey.rpId,
      requireUserVerification: true,
      credential: {
        id: passkey.id,
        publicKey: copy(Buffer.from(passkey.cose, 'base64url')),
        // Looked at by `counterRegressed`, which knows the newest one after this has been awaited.
        counter: 0,
      },
    });
    if (!verified || site.rpId !== passkey.rpId) return wrongPasskey();
    return ok({ counter: info.newCounter, backedUp: info.credentialBackedUp });
  } catch {
    return wrongPasskey();
  }
}

/**
 * A counter that does not grow is a copy of the authenticator (WebAuthn §6.1.1). Synced passkeys
 * always say 0.
 */
export function counterRegressed(before: number, after: number): boolean {
  return (before > 0 || after > 0) && after <= before;
}

export function wrongPasskey(): Result<never> {
  return refuse(
    'wrong-passkey',
    'This passkey was not accepted: it is not known here, or it answered another question.',
  );
}

/** A COSE key as SPKI DER, by way of JWK. */
function spkiOf(publicKey: Uint8Array<ArrayBuffer>): Buffer {
  const decoded = decodeCredentialPublicKey(publicKey);
  const text = (part: Uint8Array | undefined): string => Buffer.from(part ?? []).toString('base64url');
  const jwk = cose.isCOSEPublicKeyEC2(decoded)
    ? {
        kty: 'EC',
        crv: 'P-256',
        x: text(decoded.get(cose.COSEKEYS.x)),
        y: text(decoded.get(cose.COSEKEYS.y)),
      }
    : cose.isCOSEPublicKeyOKP(decoded)
      ? { kty: 'OKP', crv: 'Ed25519', x: text(decoded.get(cose.COSEKEYS.x)) }
      : cose.isCOSEPublicKeyRSA(decoded)
        ? { kty: 'RSA', n: text(decoded.get(cose.COSEKEYS.n)), e: text(decoded.get(cose.COSEKEYS.e)) }
        : null;
  if (!jwk) throw new Error('a kind of key that is not known here');
  return createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'der', type: 'spki' });
}

/** Into memory of its own: the package asks for a plain ArrayBuffer. */
const copy = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);
