import type { SessionView } from '../../protocol/session.ts';
import type { UserId } from '../../protocol/units.ts';
import type { ConnectionRefusal } from '../../protocol/version.ts';
import type { LinkState } from '../stream/port.ts';
import type { LinkToken } from './link-token.ts';

/** What is known of who is signed in. */
export type SessionKnowledge =
  | { readonly kind: 'asking' }
  | { readonly kind: 'unreachable'; readonly since: number }
  | { readonly kind: 'nobody'; readonly sentence: string | null }
  | { readonly kind: 'signed-in'; readonly session: SessionView };

/** Which page is shown: a closed list, and never a half-working console. */
export type Screen =
  | { readonly kind: 'starting' }
  | { readonly kind: 'enrol'; readonly token: string }
  | { readonly kind: 'wall'; readonly token: string }
  | { readonly kind: 'sign-in'; readonly sentence: string | null }
  | { readonly kind: 'unreachable'; readonly since: number }
  | { readonly kind: 'version'; readonly older: 'console' | 'server'; readonly sentence: string }
  | { readonly kind: 'refused'; readonly code: ConnectionRefusal; readonly sentence: string }
  | { readonly kind: 'console' };

/** A console that once had data stays on the screen when the connection is lost: its values are hatched. */
export function screenFor(
  token: LinkToken | null,
  session: SessionKnowledge,
  link: LinkState,
  hasState: boolean,
): Screen {
  if (token !== null) return token;
  if (link.kind === 'signed-out') return { kind: 'sign-in', sentence: link.sentence };
  if (link.kind === 'refused') return refused(link.code, link.sentence);
  switch (session.kind) {
    case 'asking':
      return hasState ? { kind: 'console' } : { kind: 'starting' };
    case 'unreachable':
      return hasState ? { kind: 'console' } : { kind: 'unreachable', since: session.since };
    case 'nobody':
      return { kind: 'sign-in', sentence: session.sentence };
    case 'signed-in':
      return { kind: 'console' };
  }
}

/** In whose name a request would go now; null when nobody is known to be signed in. */
export function presserOf(link: LinkState, user: UserId | null): UserId | null {
  if (link.kind === 'signed-out') return null;
  return link.kind === 'refused' && link.code === 'not-signed-in' ? null : user;
}

function refused(code: ConnectionRefusal, sentence: string): Screen {
  switch (code) {
    case 'upgrade-console':
      return { kind: 'version', older: 'console', sentence };
    case 'upgrade-server':
      return { kind: 'version', older: 'server', sentence };
    case 'not-signed-in':
      return { kind: 'sign-in', sentence };
    case 'foreign-origin':
    case 'too-many-connections':
    case 'bad-handshake':
    case 'not-ready':
      return { kind: 'refused', code, sentence };
  }
}
