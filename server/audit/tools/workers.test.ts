/** The verifying threads as built. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ServerRig } from '../../testing/server-rig.ts';
import { copyOf, makeLog, removeFolders, verified, type LogFolder } from './testing/log-folder.ts';
import { edited, rewriteSegment, segmentsOf } from './testing/rewrite.ts';
import { Workers } from './workers.ts';

const rig = new ServerRig();
const entry = pathToFileURL(resolve('dist/node/audit/verify-thread.js'));
let log: LogFolder;
beforeAll(async () => {
  rig.build();
  log = await makeLog({ records: 3000, headEvery: 70 });
});
afterAll(async () => {
  await rig.close();
  removeFolders();
});

it('R-45: two threads find what one finds', async () => {
  const threads = { entry, count: 2 };
  expect(await verified(log, { threads })).toEqual(await verified(log));
  const bad = copyOf(log);
  for (const name of segmentsOf(bad.dir).slice(20, 25)) {
    rewriteSegment(bad.dir, name, (payloads) => (payloads[5] = edited(payloads[5])));
  }
  const found = await verified(bad, { threads, reencode: true });
  expect(found.wrong).not.toBeNull();
  expect(found).toEqual(await verified(bad, { reencode: true }));
});

it('what a thread can’t read is the verification’s own error, and so is a thread that does not start', async () => {
  const workers = new Workers(`${log.dir}/nowhere`, { entry, count: 1 });
  const range = { from: 1, to: 9, last: null, reencode: false };
  const job = { kind: 'segment', segment: 1, range, marks: [], treeSize: 0 } as const;
  await expect(workers.do(job)).rejects.toThrow('ENOENT');
  await workers.close();
  const dead = new Workers(log.dir, { entry: pathToFileURL('/nowhere/thread.js'), count: 2 });
  const all = await Promise.allSettled([dead.do(job), dead.do(job), dead.do(job)]);
  expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  await expect(dead.do(job)).rejects.toThrow('Cannot find module');
  await dead.close();
});
