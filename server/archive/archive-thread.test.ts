/** The archive thread as built, and its death. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { auditSearchSchema } from '../../protocol/audit.ts';
import { SystemClock } from '../clock.ts';
import { hasPostgres, dropPostgres, makePostgres } from '../store/testing/databases.ts';
import { writeLog } from '../store/testing/log-on-disk.ts';
import { need } from '../store/testing/need.ts';
import { firstRecords } from '../store/testing/records.ts';
import { ServerRig } from '../testing/server-rig.ts';
import { ArchiveThread } from './archive-thread.ts';
import type { ArchiveSettings } from './port.ts';

const rig = new ServerRig();
const folder = mkdtempSync(join(tmpdir(), 'cwts-archive-'));
const records = firstRecords(8, 500);
const everything = auditSearchSchema.parse({ limit: 1 });

beforeAll(() => rig.build());
afterAll(async () => {
  await rig.close();
  rmSync(folder, { recursive: true, force: true });
});

function threadWith(store: ArchiveSettings['store']): {
  archive: ArchiveThread;
  until: (holds: () => boolean) => Promise<void>;
} {
  const auditDir = join(folder, 'audit');
  const head = writeLog(auditDir, records);
  const archive = new ArchiveThread({
    entry: pathToFileURL(resolve('dist/node/server/archive-thread.js')),
    settings: {
      auditDir,
      store,
      copy: null,
      sealedTo: null,
      reports: null,
      barDays: 14,
      retention: { orders: 1, control: 1, sessions: 1, clock: 1 },
      clockShiftMicros: 0,
    },
    clock: new SystemClock(),
    changed: () => undefined,
  });
  archive.headIs(head);
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise((next) => setTimeout(next, 5));
  };
  return { archive, until };
}

it('before it was started, while it is dead and once it is stopped, questions are refused, never kept', async () => {
  const { archive, until } = threadWith({ kind: 'none', url: null, folder });
  expect(await archive.search(everything)).toMatchObject({ ok: false, error: { code: 'store-down' } });
  archive.start();
  await until(() => archive.status()[0]?.state === 'ok');
  expect(await archive.search(everything)).toMatchObject({ ok: false, error: { code: 'store-none' } });
  const asked = archive.search(everything);
  await archive.worker?.terminate();
  expect((await asked).ok).toBe(false);
  expect(archive.status()).toMatchObject([
    { id: 'store', state: 'down' },
    { id: 'bars', state: 'down' },
    { id: 'retention', state: 'down' },
  ]);
  expect(await archive.search(everything)).toMatchObject({ ok: false, error: { code: 'store-down' } });
  await until(() => archive.status()[0]?.state === 'ok');
  expect(archive.crashes).toBe(1);
  expect(await archive.ask('nobody', {})).toMatchObject({ error: { code: 'no-part' } });
  await archive.stop();
  expect(archive.crashes).toBe(1);
});

it.skipIf(!(await hasPostgres()))(
  'R-45: a thread that died goes on with the head it never heard itself',
  async () => {
    const url = await makePostgres();
    const { archive, until } = threadWith({ kind: 'url', url, folder });
    const holds = (): number | undefined =>
      archive.status()[0]?.figures.find((one) => one.name === 'records')?.value ?? undefined;
    archive.start();
    await until(() => holds() === 500);
    await archive.worker?.terminate();
    await until(() => archive.crashes === 1 && archive.status()[0]?.state === 'ok' && holds() === 500);
    const reply = need(await archive.search(everything));
    expect(reply.records).toEqual(records.slice(-1));
    const head = { size: 500, root: 'ab'.repeat(32), checkpoint: 'c', signedAt: 1 as never };
    expect(need(await archive.recordHead(head))).toBeNull();
    expect(need(await archive.newestRecordedHead())).toEqual(head);
    await archive.stop();
    await dropPostgres(url);
  },
);
