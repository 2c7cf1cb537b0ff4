import type { PersonFacts } from './facts.ts';
import { dangerous, good, unknown, weak, type Finding } from './finding.ts';

/** Who can sign in, and what happens to the desk when one of them loses a device. */
export function checkPeople(people: readonly PersonFacts[] | null): Finding[] {
  if (people === null) {
    return [
      unknown(
        'people',
        'Who may sign in could not be read from the log.',
        'Start the server once, then ask again.',
      ),
    ];
  }
  const findings: Finding[] = [];
  const enrolled = people.filter((person) => person.factors.some(isFactor));
  const administrators = enrolled.filter(({ role }) => role === 'administrator');
  if (administrators.length === 0) {
    findings.push(
      dangerous(
        'no-administrator',
        'No administrator is enrolled: nobody can be added, removed or given a new link.',
        'Use the link of one, or npm run admin -- recover.',
      ),
    );
  } else if (administrators.length === 1) {
    findings.push(
      weak(
        'one-administrator',
        'There is only one administrator: locked out, only the host can help.',
        'Make a second one.',
      ),
    );
  } else findings.push(good('administrators', `${administrators.length} administrators are enrolled.`));
  if (enrolled.length === 1) {
    findings.push(
      weak(
        'one-person',
        'Only one person is enrolled: a halt is released by a second one.',
        'Enrol another.',
      ),
    );
  }
  for (const { user, factors, recoveryCodesLeft } of enrolled) {
    const devices = factors.filter(isFactor);
    if (recoveryCodesLeft === 0) {
      findings.push(
        weak('recovery-used-up', `${user} has no recovery code left.`, 'Make new ones in the account page.'),
      );
    }
    if (devices.length === 1 && devices[0] === 'totp') {
      findings.push(
        weak(
          'no-passkey',
          `${user} signs in by password and code only, which a false page can ask for.`,
          'Add a passkey.',
        ),
      );
    }
  }
  const waiting = people.filter((person) => !enrolled.includes(person)).map(({ user }) => user);
  if (waiting.length > 0) {
    findings.push(
      weak(
        'not-enrolled',
        `${waiting.join(', ')} never enrolled.`,
        'Send a new link, or remove who is not needed.',
      ),
    );
  }
  return findings;
}

const isFactor = (factor: string): boolean => factor === 'totp' || factor === 'passkey';
