import type { LenientFactor } from '../../protocol/factors.ts';
import type { PersonView } from '../../protocol/people.ts';
import { SCOPES } from '../../protocol/people.ts';
import { type Result } from '../../protocol/result.ts';
import type { StrategyId } from '../../protocol/units.ts';
import type { Cancel } from '../clock.ts';
import { Account } from './account.ts';
import { authorOf, serverAuthor } from './author.ts';
import { AuthBook, type BookOptions } from './book.ts';
import { Directory } from './directory.ts';
import { Enrolment } from './enrolment.ts';
import type { Purpose } from './events.ts';
import { Factors } from './factors.ts';
import type { PasswordHashing } from './hashing.ts';
import type { Identity, SignedIn, Spent } from './identity.ts';
import { Links } from './links.ts';
import { personOf } from './people.ts';
import { ServiceAccounts } from './service-accounts.ts';
import { Sessions } from './sessions.ts';
import { SignIn } from './sign-in.ts';
import { emptyAuth, type AuthState, type User } from './state.ts';
import { Throttle } from './throttle.ts';
import { Walls } from './walls.ts';

export type { AuthLog } from './book.ts';
export type { SignedIn } from './identity.ts';

export interface AuthOptions extends BookOptions {
  /** Seals secrets; 32 bytes, kept outside the log. */
  readonly sealingKey: Uint8Array;
  readonly hashing: PasswordHashing;
}

/** Identity: users, links, sessions, factors, service accounts. Its tables are the fold of the log. */
export class Auth {
  readonly #book: AuthBook;
  readonly sessions: Sessions;
  readonly links: Links;
  readonly directory: Directory;
  readonly factors: Factors;
  readonly signIn: SignIn;
  readonly enrolment: Enrolment;
  readonly account: Account;
  readonly services: ServiceAccounts;
  readonly walls: Walls;

  constructor(options: AuthOptions, state: AuthState = emptyAuth) {
    const { sealingKey, hashing } = options;
    const book = new AuthBook(options, state);
    const throttle = new Throttle();
    this.#book = book;
    this.sessions = new Sessions(book);
    this.links = new Links(book);
    this.directory = new Directory(book, this.sessions);
    this.services = new ServiceAccounts(book);
    const { sessions, links } = this;
    this.walls = new Walls(book, { links, sessions });
    this.factors = new Factors(book, { sealingKey, sessions, throttle });
    const { factors } = this;
    this.signIn = new SignIn(book, { factors, sessions, throttle, hashing, sealingKey });
    const { signIn } = this;
    this.enrolment = new Enrolment(book, { links, factors, sessions, signIn, throttle, hashing, sealingKey });
    this.account = new Account(book, { factors, sessions, hashing, sealingKey });
  }

  get users(): readonly User[] {
    return this.directory.list();
  }

  /** What the tables are now; equal to the fold of the log. */
  get state(): AuthState {
    return this.#book.state;
  }

  people(): PersonView[] {
    return this.users.map(personOf);
  }

  /** Who a cookie is, now; null for none, an unknown, an ended one. Checked on every command. */
  identify(cookie: string | null, address?: string, by?: 'request' | 'socket'): Identity | null {
    return this.sessions.identify(cookie, address, by);
  }

  /** A person acts: their session is not idle. */
  active(identity: Identity): void {
    this.sessions.active(identity);
  }

  /** The one way in which a command's factor is checked. */
  spend(
    identity: Identity,
    action: object,
    factor: LenientFactor,
    purpose: Exclude<Purpose, 'login'>,
  ): Promise<Result<Spent>> {
    return this.factors.spend(identity, action, factor, purpose);
  }

  /** Twelve hours anew, by a factor, under a new cookie. */
  async renew(identity: Identity, factor: LenientFactor): Promise<Result<SignedIn>> {
    const spent = await this.spend(identity, { type: 'session.renew' }, factor, 'renew');
    return spent.ok
      ? this.sessions.renew(identity, authorOf(identity, { spent: { kind: spent.value.kind } }))
      : spent;
  }

  /** Ends what is over; the owner calls it each second. */
  expire(): void {
    this.sessions.expire();
    this.services.expire();
  }

  onRevoked(listener: (sessionKey: string, sentence: string) => void): Cancel {
    return this.sessions.onRevoked(listener);
  }

  /** The strategy whose key this is; null for a stranger. */
  strategyOf(key: string): StrategyId | null {
    const found = this.services.ofKey(key);
    return found.ok ? found.value.account : null;
  }

  /** A new key for a strategy of the configuration, whose account is made when it is not there. */
  async makeStrategyKey(strategy: StrategyId): Promise<string> {
    const account = this.services.account(strategy);
    const made =
      account && !account.revoked
        ? await this.services.rotate({ account: strategy, days: null }, serverAuthor)
        : await this.services.create({ account: strategy, scopes: SCOPES, days: null }, serverAuthor);
    if (!made.ok) throw new Error(made.error.sentence);
    return made.value.key;
  }
}
