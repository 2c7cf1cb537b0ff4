/** A one-time link: enrolling with it, or signing in by it. */
import {
  challengeReplySchema,
  signedInReplySchema,
  type ChallengeReply,
  type SignedInReply,
} from '../../../protocol/account.ts';
import type { Assertion } from '../../../protocol/factors.ts';
import { enrolmentSchema, type EnrolmentView } from '../../../protocol/session.ts';
import { call, tryCall, type Answer } from './call.ts';

/** How a link is finished: the first two make factors, the last two sign in who has some. */
export type EnrolMethod =
  | { readonly kind: 'totp'; readonly password: string; readonly code: string }
  | {
      readonly kind: 'passkey';
      readonly challenge: string;
      readonly attestation: unknown;
      readonly name: string;
    }
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'passkey-sign-in'; readonly challenge: string; readonly assertion: Assertion };

/** Throws when the server cannot be reached: the link is not used up then. */
export const startEnrolment = (token: string): Promise<Answer<EnrolmentView>> =>
  call('/auth/enrol/start', enrolmentSchema, { token });

/** What the browser needs to make a passkey, or to use one when this user has some. */
export const startEnrolmentPasskey = (token: string): Promise<Answer<ChallengeReply>> =>
  tryCall('/auth/enrol/passkey', challengeReplySchema, { token });

export const finishEnrolment = (token: string, method: EnrolMethod): Promise<Answer<SignedInReply>> =>
  tryCall('/auth/enrol/finish', signedInReplySchema, { token, method });
