/** The TLS side of the public port: its certificate at the start, and every renewal while it runs. */
import type { Server } from 'node:http';
import { Server as TlsServer } from 'node:https';
import type { Refusal } from '../../protocol/result.ts';
import type { Cancel, Clock } from '../clock.ts';
import { readCertificate, type Certificate } from './certificate.ts';
import { watchCertificate, type CertificateNews } from './certificate-watch.ts';
import type { Access } from './door.ts';
import { tlsOptions } from './listener.ts';

/** Why the console cannot be served, as a person can mend it. */
export class FrontRefused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.sentence);
    this.refusal = refusal;
  }
}

export interface Front {
  readonly certificate: Certificate | null;
  /** Renewals go to this server from now on. */
  attach(server: Server | TlsServer): void;
  close(): void;
}

export interface FrontParts {
  readonly clock: Clock;
  /** The machine's own time: browsers judge a certificate by theirs, never by a demo's. */
  readonly nowMs: () => number;
  readonly tell: (news: CertificateNews) => void;
}

/** Throws `FrontRefused` when there is to be TLS and its certificate or key is not good. */
export function openFront(
  { tls }: Access,
  names: readonly string[],
  { clock, nowMs, tell }: FrontParts,
): Front {
  if (tls === null) return { certificate: null, attach: () => undefined, close: () => undefined };
  const read = () => readCertificate(tls, names, process.env, nowMs());
  const first = read();
  if (!first.ok) throw new FrontRefused(first.error);
  let stop: Cancel = () => undefined;
  return {
    certificate: first.value,
    attach: (server) => {
      if (!(server instanceof TlsServer)) return;
      const serve = (fresh: Certificate): void => server.setSecureContext(tlsOptions(fresh));
      stop = watchCertificate({ clock, files: tls, read, serve, tell }, first.value);
    },
    close: () => stop(),
  };
}
