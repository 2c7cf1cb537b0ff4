import { refuse, ok, type Result } from '../../protocol/result.ts';
import type { ListedSession } from '../../protocol/people.ts';
import type { FactorKind } from '../../protocol/factors.ts';
import type { Micros, UserId } from '../../protocol/units.ts';
import type { Cancel } from '../clock.ts';
import { serverAuthor, type Author } from './author.ts';
import type { AuthBook, Happened } from './book.ts';
import { Cookies } from './cookies.ts';
import { listedOf } from './people.ts';
import { identityOf, type Identity, type SignedIn } from './identity.ts';
import { hashOf } from './seal.ts';
import {
  FRESH_MICROS,
  GRACE_MICROS,
  HELD_MICROS,
  SessionTimes,
  longestEnds,
  WALL_PROOF_MICROS,
} from './session-times.ts';
import { authorityOf, isOver, viewOf } from './session-view.ts';
import type { Session } from './state.ts';

/** A person has so many at most; their oldest ends for the next. */
const PER_USER = 20;

export interface NewSession {
  readonly user: UserId;
  readonly wall: Session['wall'];
  readonly device: string;
  readonly address: string;
  readonly factor: FactorKind;
}

interface Found {
  readonly session: Session;
  readonly times: SessionTimes;
  readonly sessionKey: string;
}

type Revoked = (sessionKey: string, sentence: string) => void;

/**
 * Who is signed in: sessions by their cookies' hashes, with the deadlines that only memory knows. The
 * log has every session, so that a restart ends none.
 */
export class Sessions {
  readonly #book: AuthBook;
  readonly #times = new Map<string, SessionTimes>();
  readonly #cookies = new Cookies();
  readonly #revoked = new Set<Revoked>();
  readonly #rotated = new Set<(sessionKey: string) => void>();

  constructor(book: AuthBook) {
    this.#book = book;
    const [wall, mono] = [book.wall(), this.#mono()];
    for (const session of book.state.sessions.values()) {
      this.#times.set(session.session, SessionTimes.resumed(session, wall, mono));
      this.#resume(session, wall, mono);
      this.#date(session, wall);
    }
  }

  /** Told when a session ends, so that its sockets close. */
  onRevoked(listener: Revoked): Cancel {
    this.#revoked.add(listener);
    return () => void this.#revoked.delete(listener);
  }

  /** Told when a renewed session's old cookie, or a wall's proof, is over: its sockets connect anew. */
  onRotated(listener: (sessionKey: string) => void): Cancel {
    this.#rotated.add(listener);
    return () => void this.#rotated.delete(listener);
  }

  /** Opens a session with everything that led to it, in force at once. */
  async open(wanted: NewSession, author: Author, before: readonly Happened[]): Promise<SignedIn> {
    const { user, wall } = wanted;
    const own = this.#of(user);
    const oldest = own.length >= PER_USER ? own[0] : undefined;
    const ended = oldest
      ? this.end(oldest.session, 'Signed out: too many sessions of yours are open.')
      : null;
    const cookie = this.#book.token();
    const signedInAt = this.#book.wall();
    const event = {
      kind: 'auth.session' as const,
      ...wanted,
      session: Buffer.from(this.#book.random(12)).toString('base64url'),
      hash: hashOf(cookie),
      signedInAt,
      ...longestEnds(wall !== null, signedInAt),
    };
    this.#times.set(event.session, SessionTimes.opened(wall !== null, this.#mono()));
    this.#cookies.set(event.hash, event.session);
    const withSession = {
      ...author,
      by: { session: event.session, role: author.by?.role ?? null, address: wanted.address },
    };
    const recorded = this.#book.record(...before, { author: withSession, event });
    // As of now: it may have ended before it is on disk.
    const signedIn = this.#signedIn(cookie, wanted.address);
    await Promise.all([ended, recorded]);
    return signedIn;
  }

  /** Twelve hours anew under a new cookie; the old one is good until that was seen. */
  async renew(identity: Identity, author: Author): Promise<Result<SignedIn>> {
    const { session } = identity;
    const known = this.#book.state.sessions.get(session);
    if (!known || known.wall) return sessionOver();
    const now = this.#book.wall();
    const cookie = this.#book.token();
    const hash = hashOf(cookie);
    const renewed = { session, hash, old: this.#oldOf(identity), ...longestEnds(false, now) };
    const event = { kind: 'auth.session-renewed' as const, user: known.user, ...renewed };
    this.#rotate(known, identity, { hash, keepsSockets: false });
    this.#times.get(session)?.renewed(this.#mono());
    const recorded = this.#book.record({ author, event });
    const signedIn = this.#signedIn(cookie, identity.address);
    await recorded;
    return ok(signedIn);
  }

  /**
   * Another cookie for a session that was given a factor since it got this one, or whose last one never
   * arrived; null for any other. A cookie that somebody else took is worth nothing once the new one was
   * seen; open sockets stay open.
   */
  async rotate(identity: Identity, author: Author): Promise<SignedIn | null> {
    const { session } = identity;
    const known = this.#book.state.sessions.get(session);
    const times = this.#times.get(session);
    if (!known || !times || this.#cookies.isLeaving(identity.sessionKey)) return null;
    const wasLost = identity.sessionKey !== known.hash && this.#cookies.isUnseen(known.hash);
    if (!times.takeRotation() && !wasLost) return null;
    const cookie = this.#book.token();
    const hash = hashOf(cookie);
    const rotated = { session, hash, old: this.#oldOf(identity) };
    const event = { kind: 'auth.session-rotated' as const, user: known.user, ...rotated };
    this.#rotate(known, identity, { hash, keepsSockets: true });
    const recorded = this.#book.record({ author, event });
    const signedIn = this.#signedIn(cookie, identity.address);
    await recorded;
    return signedIn;
  }

  /** Who a cookie is, now; null for none, an unknown, an ended one, a wall that has not proven itself. */
  identify(cookie: string | null, address?: string, by: 'request' | 'socket' = 'request'): Identity | null {
    const found = this.find(cookie, by);
    if (!found) return null;
    const { session, times } = found;
    if (session.wall && !times.isProven(this.#mono())) return null;
    times.seenAt = this.#book.wall();
    return this.#identity(found, address ?? session.address);
  }

  /** The session of a cookie that is good, whether a wall's device has proven itself or not. */
  find(cookie: string | null, by: 'request' | 'socket' = 'request'): Found | null {
    if (cookie === null || cookie.length > 100) return null;
    const sessionKey = hashOf(cookie);
    const found = this.#find(sessionKey, by);
    if (found) this.#seen(found);
    return found;
  }

  #find(sessionKey: string, by: 'request' | 'socket'): Found | null {
    const id = this.#cookies.sessionOf(sessionKey, this.#mono(), by) ?? '';
    const session = this.#book.state.sessions.get(id);
    const times = this.#times.get(id);
    return session && times && !isOver(times, this.#mono()) ? { session, times, sessionKey } : null;
  }

  /** A person acts. Once idle, only a renewal brings full authority back. */
  active({ session, authority }: Identity): void {
    if (authority === 'full') this.#times.get(session)?.acted(this.#mono());
  }

  /** A factor was given inside this session. */
  factorGiven(session: string): void {
    this.#times.get(session)?.gaveFactor(this.#mono());
  }

  /** Whether this session's newest factor is younger than 5 minutes. */
  isFresh({ session }: Identity): boolean {
    return (this.#times.get(session)?.factorAge(this.#mono()) ?? Infinity) < FRESH_MICROS;
  }

  /** The device key of a wall signed what it was asked. */
  proven(session: string): void {
    this.#times.get(session)?.proved(this.#mono() + WALL_PROOF_MICROS);
  }

  /** Own sessions, or everybody's. Newest first. */
  list(identity: Pick<Identity, 'user' | 'session' | 'may'>): ListedSession[] {
    const all = identity.may('session.manage');
    return [...this.#book.state.sessions.values()]
      .filter((one) => (all || one.user === identity.user) && this.#book.wall() < one.endsAt)
      .sort((a, b) => b.signedInAt - a.signedInAt)
      .map((one) => {
        const seenAt = this.#times.get(one.session)?.seenAt ?? one.factorAt;
        return listedOf(one, { seenAt, current: one.session === identity.session });
      });
  }

  /** Whose session this is; null when there is none. */
  userOf(session: string): UserId | null {
    return this.#book.state.sessions.get(session)?.user ?? null;
  }

  /** Ends a session by its public id, wherever it is. */
  async revoke(session: string, author: Author, why = 'This session was ended.'): Promise<Result<UserId>> {
    const user = this.userOf(session);
    if (user === null) return refuse('unknown-session', 'There is no such session, or it has ended already.');
    await this.end(session, why, author);
    return ok(user);
  }

  /** Ends every session of a user, but one. */
  async endAll(user: UserId, why: string, author: Author, but: string | null = null): Promise<void> {
    const own = this.#of(user).filter(({ session }) => session !== but);
    await Promise.all(own.map(({ session }) => this.end(session, why, author)));
  }

  /** In force and told to sockets at once; resolves when it is on record. */
  async end(session: string, why: string, author: Author = serverAuthor): Promise<void> {
    const known = this.#book.state.sessions.get(session);
    if (!known) return;
    const recorded = this.#book.record({
      author,
      event: { kind: 'auth.session-ended', user: known.user, session, why },
    });
    this.#drop(session, why);
    await recorded;
  }

  /** Forgets sessions whose user is gone: the fold has dropped them. */
  dropOrphans(why: string): void {
    for (const session of [...this.#times.keys()]) {
      if (!this.#book.state.sessions.has(session)) this.#drop(session, why);
    }
  }

  /** Ends what is over and closes sockets of rotated-out cookies; the owner calls it each second. */
  expire(): void {
    for (const session of this.#book.state.sessions.values()) {
      const times = this.#times.get(session.session);
      if (times && isOver(times, this.#mono()))
        void this.end(session.session, 'Your session is over; sign in again.');
      // Its socket was opened with a proof; without one it closes, and comes back with the next.
      else if (session.wall && times?.lapses(this.#mono())) this.#tellRotated(session.hash);
    }
    for (const hash of this.#cookies.takeOver(this.#mono())) this.#tellRotated(hash);
  }

  #rotate(
    { hash: before }: Session,
    { sessionKey: asker }: Identity,
    { hash: after, keepsSockets }: { readonly hash: string; readonly keepsSockets: boolean },
  ): void {
    this.#cookies.rotate({ before, asker, after }, { until: this.#mono() + HELD_MICROS, keepsSockets });
  }

  /** The newest cookie arrived: the one before is over, after a restart too. */
  #seen({ session: { session, hash, user, address }, sessionKey }: Found): void {
    const isNews = this.#cookies.seen(sessionKey, this.#mono() + GRACE_MICROS) !== null;
    if (!isNews || sessionKey !== hash) return;
    const author = { actor: user, by: { session, role: null, address } };
    this.#book.recordBeside(author, { kind: 'auth.session-seen', user, session });
  }

  #oldOf({ sessionKey: hash }: Identity): NonNullable<Session['old']> {
    return { hash, until: (this.#book.wall() + HELD_MICROS) as Micros };
  }

  /** Else each start while the clock is behind would give it its whole life again. */
  #date({ session, user, wall, expiresAt, endsAt }: Session, now: Micros): void {
    const longest = longestEnds(wall !== null, now);
    if (expiresAt <= longest.expiresAt && endsAt <= longest.endsAt) return;
    const ends = {
      expiresAt: Math.min(expiresAt, longest.expiresAt) as Micros,
      endsAt: Math.min(endsAt, longest.endsAt) as Micros,
    };
    this.#book.recordBeside(serverAuthor, { kind: 'auth.session-dated', user, session, ...ends });
  }

  /** With the cookie before, where nobody came with the newest one yet. */
  #resume({ session, hash, old }: Session, wall: Micros, mono: number): void {
    const left = old === null ? 0 : Math.min(old.until - wall, HELD_MICROS);
    if (old === null || left <= 0) this.#cookies.set(hash, session);
    else this.#cookies.resume(hash, session, { hash: old.hash, until: mono + left });
  }

  #tellRotated(hash: string): void {
    for (const listener of this.#rotated) listener(hash);
  }

  #drop(session: string, why: string): void {
    this.#times.delete(session);
    for (const hash of this.#cookies.drop(session)) {
      for (const listener of this.#revoked) listener(hash, why);
    }
  }

  #of(user: UserId): Session[] {
    return [...this.#book.state.sessions.values()].filter((one) => one.user === user);
  }

  #signedIn(cookie: string, address: string): SignedIn {
    const found = this.#find(hashOf(cookie), 'request');
    const identity = found && this.#identity(found, address);
    if (!identity) throw new Error('a session that was just opened is not there');
    const lastsSeconds = Math.floor((found.session.endsAt - this.#book.wall()) / 1_000_000);
    return { cookie, lastsSeconds, identity };
  }

  #identity({ session, times, sessionKey }: Found, address: string): Identity | null {
    const now = { wall: this.#book.wall(), mono: this.#mono() };
    const view = viewOf(session, this.#book.state.users.get(session.user), times, now);
    if (!view) return null;
    return identityOf(view, { sessionKey, address, authority: authorityOf(session, times, now) });
  }

  #mono(): number {
    return this.#book.clock.monotonicMicros();
  }
}

function sessionOver(): Result<never> {
  return refuse('session-over', 'Your session is over; sign in again.');
}
