/**
 * `npm run bench -- audit`: full records (canonical encoding, hash, tree, frame, fsync) by 256 writers
 * and by one alone beside the machine's own fdatasync and the same appends to PostgreSQL, turn by
 * turn; a page's proof of records from all over the log; the log verified from its files on both cores.
 */
import {
  closeSync,
  fdatasyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readRecords } from '../server/audit/reader.ts';
import { openPostgres } from './audit/postgres.ts';
import { measureProofs } from './audit/proofs.ts';
import { measureVerify } from './audit/verify.ts';
import { appendBy, entry, openLog, payloadBytes, RECORD_BYTES, signer } from './audit/work.ts';
import { finish, median, printTable, quantile } from './lib/report.ts';

const WRITERS = 256;
const RECORDS = 200_000;
const PEER_RECORDS = 10_000;
const RUNS = 5;
const ALONE = 2000;
const PROOFS = 200;
const PER_SECOND = 50_000;
const ALONE_RATIO = 2;
const PROOF_MS = 5;
const VERIFIED_PER_SECOND = 300_000;
const REENCODED_PER_SECOND = 80_000;

// On the disk that the console's data lies on, not on a memory file system.
mkdirSync('.cache', { recursive: true });
const folder = mkdtempSync(join(process.cwd(), '.cache', 'bench-audit-'));
const postgres = await openPostgres();
try {
  const dir = join(folder, 'audit');
  const log = await openLog(dir);
  await appendBy(WRITERS, 20_000, (n) => log.append(entry(n)));
  const payloads: string[] = [];
  for await (const { payload } of readRecords(dir, { to: 1000 })) payloads.push(payload.toString('utf8'));
  let row = 0;
  const insert = async (): Promise<unknown> => postgres?.insert(++row, payloads[row % payloads.length] ?? '');
  if (postgres) await appendBy(WRITERS, 2000, insert);

  const rates: number[] = [];
  const peerRates: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    rates.push(await appendBy(WRITERS, RECORDS, (n) => log.append(entry(n))));
    if (postgres) peerRates.push(await appendBy(WRITERS, PEER_RECORDS, insert));
  }

  const raw = openSync(join(folder, 'raw'), 'w');
  const bytes = Buffer.alloc(430, 7);
  const syncs: number[] = [];
  const alone: number[] = [];
  const peerAlone: number[] = [];
  const time = async (into: number[], work: () => unknown): Promise<void> => {
    const started = performance.now();
    await work();
    into.push(performance.now() - started);
  };
  for (let n = 0; n < ALONE; n++) {
    writeSync(raw, bytes);
    await time(syncs, () => fdatasyncSync(raw));
    await time(alone, () => log.append(entry(n)));
    if (postgres && n % 4 === 0) await time(peerAlone, insert);
  }
  closeSync(raw);

  await log.close();
  const head = log.head();
  if (head?.size !== log.sequence) throw new Error('the newest head does not cover the log');
  const names = (await readdir(dir)).filter((name) => name.startsWith('segment-'));
  const logBytes = names.reduce((sum, name) => sum + statSync(join(dir, name)).size, 0);
  const recordBytes = payloadBytes(logBytes, names.length, log.sequence);

  const verified = await measureVerify(dir, signer.verifier, log.sequence, RUNS);
  const again = await openLog(dir);
  const proofs = await measureProofs(again, head, PROOFS);
  await again.close();

  const perSecond = median(rates);
  const ratio = median(alone) / median(syncs);
  const proofMs = quantile(proofs.checkedMs, 0.95);
  const spread = (name: string, of: readonly number[]): [string, number, number, number] => [
    name,
    median(of),
    quantile(of, 0.95),
    quantile(of, 0.99),
  ];
  printTable(
    ['ms', 'p50', 'p95', 'p99'],
    [
      spread('fdatasync of this disk', syncs),
      spread('one writer alone', alone),
      spread('PostgreSQL, one alone', peerAlone),
      spread('proof answered from the disk', proofs.answeredMs),
      spread('proof checked by the page’s code', proofs.checkedMs),
    ],
  );
  const rate = (name: string, of: readonly number[]): [string, number, number, number] => [
    name,
    Math.round(median(of)),
    Math.round(Math.min(...of)),
    Math.round(Math.max(...of)),
  ];
  printTable(
    ['records a second', 'median', 'least', 'most'],
    [
      rate(`the log, ${WRITERS} writers`, rates),
      ...(postgres ? [rate(`PostgreSQL, ${WRITERS} writers over 16 connections`, peerRates)] : []),
      rate('verified: framing, checksums, hashes, heads', verified.perSecond),
      rate('verified, each record written once more', verified.reencodedPerSecond),
    ],
  );
  const passed =
    perSecond >= PER_SECOND &&
    ratio <= ALONE_RATIO &&
    proofMs <= PROOF_MS &&
    proofs.proven === PROOFS &&
    median(verified.perSecond) >= VERIFIED_PER_SECOND &&
    median(verified.reencodedPerSecond) >= REENCODED_PER_SECOND &&
    recordBytes >= RECORD_BYTES;
  finish('audit', passed, {
    recordBytes: Math.round(recordBytes),
    perSecond: Math.round(perSecond),
    perSecondLeast: Math.round(Math.min(...rates)),
    aloneMs: median(alone),
    fdatasyncMs: median(syncs),
    aloneOverFdatasync: ratio,
    proofMs,
    proofAnsweredMs: median(proofs.answeredMs),
    proven: proofs.proven,
    verifiedPerSecond: Math.round(median(verified.perSecond)),
    reencodedPerSecond: Math.round(median(verified.reencodedPerSecond)),
    postgresPerSecond: postgres ? Math.round(median(peerRates)) : null,
    postgresAloneMs: postgres ? median(peerAlone) : null,
  });
} finally {
  await postgres?.close();
  rmSync(folder, { recursive: true, force: true });
}
