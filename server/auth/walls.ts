import { createPublicKey, verify } from 'node:crypto';
import { wallProofText } from '../../protocol/account.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { Author } from './author.ts';
import type { AuthBook } from './book.ts';
import { deviceKeySchema, type DeviceKey } from './events.ts';
import type { Identity, SignedIn } from './identity.ts';
import { linkUnknown, type Links } from './links.ts';
import type { Sessions } from './sessions.ts';
import type { Origin } from './sign-in.ts';

const NONCE_MICROS = 60 * 1_000_000;

/**
 * Displays on a wall: a session of 30 days that only watches, bound to a key that never leaves the
 * device. Its cookie alone is worth nothing for longer than five minutes.
 */
export class Walls {
  readonly #book: AuthBook;
  readonly #links: Links;
  readonly #sessions: Sessions;
  /** One open question a display. */
  readonly #nonces = new Map<string, { readonly nonce: string; readonly until: number }>();

  constructor(book: AuthBook, parts: { readonly links: Links; readonly sessions: Sessions }) {
    this.#book = book;
    this.#links = parts.links;
    this.#sessions = parts.sessions;
  }

  async start(token: string, publicKey: unknown, from: Origin): Promise<Result<SignedIn>> {
    const key = deviceKeySchema.safeParse(publicKey);
    if (!key.success || !isKey(key.data)) return refuse('bad-key', 'This is not a device key (ECDSA P-256).');
    const link = this.#links.find(token);
    if (link?.use !== 'wall') return linkUnknown();
    const { user, name } = link;
    const author: Author = { actor: user, by: { session: null, role: 'viewer', address: from.address } };
    const wanted = { user, wall: { name, key: key.data }, ...from, factor: 'session' as const };
    const used = { author, event: { kind: 'auth.link-used' as const, hash: link.hash } };
    return ok(await this.#sessions.open(wanted, author, [used]));
  }

  /** What the device signs next; null for a cookie that is no display's. */
  challenge(cookie: string | null): string | null {
    const session = this.#sessions.find(cookie)?.session;
    if (!session?.wall) return null;
    const now = this.#book.clock.monotonicMicros();
    for (const [id, { until }] of this.#nonces) if (until <= now) this.#nonces.delete(id);
    const nonce = this.#book.token();
    this.#nonces.set(session.session, { nonce, until: now + NONCE_MICROS });
    return nonce;
  }

  prove(
    cookie: string | null,
    proof: { readonly nonce: string; readonly signature: string },
    address: string,
  ): Result<Identity> {
    const session = this.#sessions.find(cookie)?.session;
    const wrong = refuse('wrong-device', 'This is not the device that this display’s session belongs to.');
    if (!session?.wall) return wrong;
    const asked = this.#nonces.get(session.session);
    this.#nonces.delete(session.session);
    if (asked?.nonce !== proof.nonce || asked.until <= this.#book.clock.monotonicMicros()) return wrong;
    const signature = Buffer.from(proof.signature, 'base64url');
    if (!isSigned(session.wall.key, wallProofText(asked.nonce), signature)) return wrong;
    this.#sessions.proven(session.session);
    const identity = this.#sessions.identify(cookie, address);
    return identity ? ok(identity) : wrong;
  }
}

function isKey(jwk: DeviceKey): boolean {
  try {
    return createPublicKey({ key: { ...jwk }, format: 'jwk' }).type === 'public';
  } catch {
    return false;
  }
}

function isSigned(jwk: DeviceKey, text: string, signature: Buffer): boolean {
  const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
  return verify('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }, signature);
}
