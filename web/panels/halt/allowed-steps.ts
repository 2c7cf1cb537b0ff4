import type { SessionView } from '../../../protocol/session.ts';
import { may, type SessionLife } from '../../state/session.ts';
import type { HaltSteps } from '../../state/halt-words.ts';
import { aRole } from '../../ui/role-name.tsx';

/**
 * The steps that this session may take, and why the others are not offered. Cancelling lowers risk and
 * is everybody's who is signed in; what opens the gate again is not. The server decides again on each.
 */
export function allowedSteps(steps: HaltSteps, session: SessionView | null, life: SessionLife): HaltSteps {
  if (session === null) return steps;
  if (session.kind === 'wall') {
    const because = 'This display only watches. Cancel and release at any signed-in console.';
    return { cancelAll: false, takeBack: false, release: false, because };
  }
  const opens = steps.takeBack || steps.release;
  if (!opens) return steps;
  if (life === 'watching') {
    const because = 'This session only watches, halts and cancels now. Renew it to open the gate again.';
    return { ...steps, takeBack: false, release: false, because };
  }
  const takeBack = steps.takeBack && may(session, 'halt.take-back');
  const release = steps.release && may(session, 'halt.release');
  if (takeBack === steps.takeBack && release === steps.release) return steps;
  const because = `Opening the gate again is not among what ${aRole(session.role)} may do.`;
  return { ...steps, takeBack, release, because };
}
