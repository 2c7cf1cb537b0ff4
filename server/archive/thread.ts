/** Entry of the archive thread (built to archive-thread.js): everything that reads the log behind the server. */
import { parentPort, workerData } from 'node:worker_threads';
import { refuse } from '../../protocol/result.ts';
import { SystemClock } from '../clock.ts';
import { openPostgres } from '../store/postgres.ts';
import { HeadSigner } from '../audit/signer.ts';
import { deliverer } from '../reports/deliver.ts';
import { ReportsPart } from '../reports/reports-part.ts';
import { BarsPart } from '../store/bars/bars-part.ts';
import { RunsPart } from '../store/runs/runs-part.ts';
import { StorePart } from '../store/store-part.ts';
import { CopyPart } from './copy/copy-part.ts';
import { DatabaseTarget } from './copy/database-target.ts';
import { FolderTarget } from './copy/folder-target.ts';
import { RetentionPart } from './retention/retention-part.ts';
import { SealPart } from './seal/seal-part.ts';
import type { Part } from './part.ts';
import type { ArchiveSettings, ArchiveToControl, ControlToArchive } from './port.ts';

const STATUS_MS = 1000;

if (parentPort) {
  const port = parentPort;
  const settings = workerData as ArchiveSettings;
  const clock = new SystemClock(settings.clockShiftMicros);
  const say = (message: ArchiveToControl): void => port.postMessage(message);
  const tell = (): void => say({ kind: 'status', rows: parts.flatMap((part) => part.status() ?? []) });
  const reports = settings.reports;
  const reportKey = reports === null ? null : HeadSigner.fromPem(reports.keyPem);
  // A part more is a line more.
  const { copy, auditDir, sealedTo } = settings;
  const store = new StorePart({
    settings: settings.store,
    auditDir: settings.auditDir,
    clock,
    random: Math.random,
    changed: () => tell(),
  });
  const bars = new BarsPart({
    database: () => store.database,
    days: settings.barDays,
    isKept: settings.store.kind !== 'none',
    clock,
  });
  const runs = new RunsPart({
    database: () => store.database,
    days: settings.barDays,
    isKept: settings.store.kind !== 'none',
    clock,
  });
  const parts: readonly Part[] = [
    store,
    bars,
    runs,
    new RetentionPart({ auditDir, days: settings.retention }),
    ...(sealedTo === null ? [] : [new SealPart({ auditDir, to: sealedTo, clock, changed: () => tell() })]),
    ...(copy === null
      ? []
      : [
          new CopyPart({
            auditDir,
            target:
              copy.kind === 'folder'
                ? new FolderTarget(copy.dir)
                : new DatabaseTarget(() => openPostgres({ url: copy.url }, 'postgresql')),
            clock,
            random: Math.random,
            changed: () => tell(),
          }),
        ]),
    ...(reports === null || !reportKey?.ok
      ? []
      : [
          new ReportsPart({
            ...reports,
            auditDir,
            signer: reportKey.value,
            clock,
            deliver: deliverer(reports.mail),
            record: (entry) => say({ kind: 'record', entry }),
          }),
        ]),
  ];
  const stopTelling = clock.setRepeating(STATUS_MS, tell);
  port.on('message', (message: ControlToArchive) => {
    switch (message.kind) {
      case 'head':
        for (const part of parts) part.head(message.head);
        return;
      case 'ask': {
        const { id, question } = message;
        const part = parts.find((one) => one.name === message.part);
        const answer =
          part?.ask(question) ?? Promise.resolve(refuse('no-part', `There is no ${message.part}.`));
        void answer.then((one) => say({ kind: 'answer', id, answer: one }));
        return;
      }
      case 'stop':
        stopTelling();
        // What waits is written before the store closes its database.
        void Promise.all([bars.stop(), runs.stop()])
          .then(() => Promise.all(parts.map((part) => part.stop())))
          .then(() => say({ kind: 'stopped' }));
        return;
    }
  });
  for (const part of parts) part.start();
}
