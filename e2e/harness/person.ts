import { randomBytes } from 'node:crypto';
import { generateSync } from 'otplib';
import type { BrowserContext } from 'playwright/test';

const PERIOD = 30;

/** A console that people sign in to. */
export interface Site {
  readonly console: string;
  /** A one-time link of that user. */
  link(user: string): string;
  /** The server's wall clock, ms. */
  wallMs(): number;
}

/** What a code is for; the server accepts each code once for each of them. */
export type Purpose = 'login' | 'halt' | 'take-back' | 'release' | 'order' | 'admin' | 'account' | 'renew';

/** A person, their password and their authenticator app: real codes of RFC 6238, none of them twice. */
export class Person {
  readonly user: string;
  /** At random: no test knows another's. */
  readonly password = `${randomBytes(9).toString('base64url')} is my password`;
  readonly #site: Site;
  readonly #used = new Map<Purpose, Set<number>>();
  #secret: string | null = null;

  constructor(user: string, site: Site) {
    this.user = user;
    this.#site = site;
  }

  /** The secret that the enrolment page showed. */
  keepSecret(secret: string): void {
    this.#secret = secret.replaceAll(/\s/g, '');
  }

  /** A code that the server will take for this purpose now, `later` minutes on by its clock. */
  code(purpose: Purpose, later = 0): string {
    if (this.#secret === null) throw new Error(`${this.user} has no authenticator yet`);
    const used = this.#used.get(purpose) ?? new Set();
    const now = Math.floor((this.#site.wallMs() + later * 60_000) / 1000 / PERIOD);
    // A step to either side is accepted too: three codes without waiting.
    const step = [now, now + 1, now - 1].find((each) => !used.has(each));
    if (step === undefined) throw new Error(`${this.user} has used all codes of this minute`);
    this.#used.set(purpose, used.add(step));
    return generateSync({ secret: this.#secret, epoch: step * PERIOD, period: PERIOD });
  }

  /** A code that was right once and has been used. */
  usedCode(purpose: Purpose): string {
    const step = [...(this.#used.get(purpose) ?? [])].at(-1);
    if (this.#secret === null || step === undefined) throw new Error('no code was used yet');
    return generateSync({ secret: this.#secret, epoch: step * PERIOD, period: PERIOD });
  }

  /** Enrols with their link, or signs in, over HTTP as the page does; the context then has the cookie. */
  async signIn(context: BrowserContext): Promise<void> {
    if (this.#secret !== null) {
      const factor = { kind: 'totp', code: this.code('login') };
      await this.#post(context, '/auth/login', { user: this.user, password: this.password, factor });
      return;
    }
    const token = new URL(this.#site.link(this.user)).hash.replace('#token=', '');
    const start = await this.#post(context, '/auth/enrol/start', { token });
    this.keepSecret(String(start['secret']));
    const method = { kind: 'totp', password: this.password, code: this.code('login') };
    await this.#post(context, '/auth/enrol/finish', { token, method });
  }

  async #post(context: BrowserContext, path: string, data: object): Promise<Record<string, unknown>> {
    const response = await context.request.post(`${this.#site.console}${path}`, {
      headers: { origin: this.#site.console, 'x-cwts': '1' },
      data,
    });
    const answer = (await response.json()) as Record<string, unknown>;
    if (answer['ok'] !== true) throw new Error(`${path}: ${String(answer['sentence'])}`);
    return answer;
  }
}
