/** Looks whether the certificate's files changed, and hands a good new pair on: no restart for a renewal. */
import { statSync } from 'node:fs';
import type { Result } from '../../protocol/result.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { Certificate, CertificateFiles } from './certificate.ts';

/** What the health row says of it. */
export interface CertificateNews {
  /** Of the pair that is served, Unix ms. */
  readonly validTo: number;
  /** Why a newer pair on disk is not served; null = none is there. */
  readonly trouble: string | null;
}

export interface CertificateWatchParts {
  readonly clock: Clock;
  readonly files: CertificateFiles;
  readonly read: () => Result<Certificate>;
  readonly serve: (certificate: Certificate) => void;
  readonly tell: (news: CertificateNews) => void;
}

const LOOK_MS = 5_000;

/** Watching starts at once; `first` is served already. By polling: a renewal often swaps a link's target. */
export function watchCertificate(parts: CertificateWatchParts, first: Certificate): Cancel {
  const { clock, files, read, serve, tell } = parts;
  let served = first;
  let seen = stampOf(files);
  let failed: string | null = null;
  tell({ validTo: served.validTo, trouble: null });
  return clock.setRepeating(LOOK_MS, () => {
    const stamp = stampOf(files);
    // A pair that was not good is read again: the second of two files may have come since.
    if (stamp === seen && failed === null) return;
    seen = stamp;
    const fresh = read();
    if (fresh.ok) {
      failed = null;
      if (fresh.value.cert !== served.cert || fresh.value.key !== served.key) serve(fresh.value);
      served = fresh.value;
      tell({ validTo: served.validTo, trouble: null });
      return;
    }
    // Once is a pair of which one half is written; twice is wrong.
    const { sentence } = fresh.error;
    if (failed === sentence) tell({ validTo: served.validTo, trouble: sentence });
    failed = sentence;
  });
}

function stampOf({ certFile, keyFile }: CertificateFiles): string {
  return [certFile, ...(keyFile === null ? [] : [keyFile])]
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false, bigint: true });
      return stat ? `${stat.ino}:${stat.mtimeNs}:${stat.size}` : 'none';
    })
    .join(' ');
}
