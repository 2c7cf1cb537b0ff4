/** Whom PostgreSQL runs as. It refuses root, so that a server run by root gives it another user. */
import { readFileSync } from 'node:fs';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

const CANDIDATES = ['postgres', 'nobody'];

/** null: as ourselves. */
export function ownerOf(uid: number | null, passwd: () => string = readPasswd): Owner | null {
  if (uid !== 0) return null;
  const users = passwd()
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of CANDIDATES) {
    const found = users.find((fields) => fields[0] === name);
    const [of, group] = [Number(found?.[2]), Number(found?.[3])];
    if (of > 0 && group > 0) return { uid: of, gid: group };
  }
  // The number that "nobody" has where no list names it.
  return { uid: 65_534, gid: 65_534 };
}

function readPasswd(): string {
  try {
    return readFileSync('/etc/passwd', 'utf8');
  } catch {
    return '';
  }
}
