import type { SignedInReply } from '../../../protocol/account.ts';
import type { EnrolmentView } from '../../../protocol/session.ts';

export type NewEnrolment = Extract<EnrolmentView, { enrolled: false }>;

/** What every way of enrolling for the first time, or anew, is given. */
export interface NewEnrolmentProps {
  readonly token: string;
  readonly enrolment: NewEnrolment;
  readonly onDone: (reply: SignedInReply) => void;
}
