import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  headReplySchema,
  proofReplySchema,
  recordReplySchema,
  type AuditSearch,
  type RecordsReply,
} from '../../protocol/audit.ts';
import { verifyConsistency, verifyInclusion } from '../../protocol/merkle.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { Role } from '../../protocol/roles.ts';
import { sha256 } from '../audit/hash.ts';
import { openTestLog, testEntry, type OpenedLog } from '../testing/audit-log.ts';
import { FaultyFiles } from '../testing/faulty-files.ts';
import { identityAs } from '../testing/session-view.ts';
import { addAuditRoutes } from './audit-routes.ts';
import cookie from '@fastify/cookie';

const RECORDS = 300;
let opened: OpenedLog;
let app: FastifyInstance;
let role: Role | null = 'compliance';
let answer: Result<RecordsReply> = refuse('store-starting', 'The store is starting.');
const asked: AuditSearch[] = [];
let removed: number | null = null;

beforeAll(async () => {
  opened = await openTestLog(new FaultyFiles());
  const { log } = opened;
  await Promise.all(Array.from({ length: RECORDS }, (_, n) => log.append(testEntry(n))));
  const signed = new Promise<void>((done) => {
    log.onHead(({ size }) => {
      if (size === RECORDS + 1) done();
    });
  });
  // A control action: its head is signed at once.
  await log.append(testEntry(RECORDS, { action: 'halt.press' }));
  await signed;
  app = Fastify();
  await app.register(cookie);
  addAuditRoutes(app, {
    auth: { identify: () => (role === null ? null : identityAs(role)) },
    auditLog: {
      head: () => log.head(),
      verifier: log.verifier,
      inclusion: (seq, size) => log.inclusion(seq, size),
      consistency: (from, to) => log.consistency(from, to),
      payload: (seq) => (seq === removed ? Promise.resolve(null) : log.payload(seq)),
      hashes: log.hashes,
    },
    anchors: () => [{ kind: 'file', name: 'a', size: 7, at: null, trouble: null }],
    search: (search) => {
      asked.push(search);
      return Promise.resolve(answer);
    },
  });
});
afterAll(async () => {
  await app.close();
  await opened.log.close();
});

const get = async (path: string) => {
  const response = await app.inject({ method: 'GET', url: `/api/audit/${path}` });
  return { status: response.statusCode, bytes: response.rawPayload, body: response.payload };
};
const json = async (path: string): Promise<unknown> => JSON.parse((await get(path)).body);
const bytes = (text: string): Uint8Array => Buffer.from(text, 'hex');
const head = async () => headReplySchema.parse(await json('head'));
const hashes = async (path: string): Promise<Uint8Array[]> =>
  proofReplySchema.parse(await json(path)).hashes.map(bytes);

describe('the audit log over HTTP', () => {
  it.each([
    ['nobody', null, 401, 'not-signed-in'],
    ['a viewer', 'viewer', 403, 'not-allowed'],
    ['a trader', 'trader', 403, 'not-allowed'],
  ] as const)('is not for %s, on any of its routes', async (_who, asWhom, status, code) => {
    role = asWhom;
    for (const path of [
      'head',
      'records',
      'records/1',
      'inclusion?seq=1&size=2',
      'consistency?from=1&to=2',
      'tlog/checkpoint',
      'tlog/tile/0/000',
    ]) {
      expect(await get(path)).toMatchObject({ status, body: expect.stringContaining(`"${code}"`) as string });
    }
    role = 'compliance';
  });

  it('R-45: gives each record’s very bytes and a proof of its place under the signed head', async () => {
    const { size, root, anchors, checkpoint } = await head();
    expect([size, anchors[0]?.size]).toEqual([RECORDS + 1, 7]);
    expect((await get('tlog/checkpoint')).body).toBe(checkpoint);
    for (const seq of [1, 2, 255, 256, 257, RECORDS + 1]) {
      const record = recordReplySchema.parse(await json(`records/${seq}`));
      expect(JSON.parse(record.payload ?? '')).toMatchObject({ seq });
      const proof = await hashes(`inclusion?seq=${seq}&size=${size}`);
      const inclusion = { leaf: bytes(record.leaf), index: seq - 1, size, root: bytes(root), proof };
      expect(verifyInclusion(sha256, inclusion)).toBe(true);
    }
  });

  it('R-48: of a record whose bytes retention removed it gives the leaf, which is still proven', async () => {
    const { leaf } = recordReplySchema.parse(await json('records/9'));
    removed = 9;
    expect(await json('records/9')).toEqual({ ok: true, seq: 9, payload: null, leaf });
    removed = null;
  });

  it('R-45: proves that the log only grew', async () => {
    const { size, root } = await head();
    const fromRoot = await opened.log.rootAt(77);
    const proof = await hashes(`consistency?from=77&to=${size}`);
    expect(verifyConsistency(sha256, { from: 77, fromRoot, to: size, toRoot: bytes(root), proof })).toBe(
      true,
    );
  });

  it('gives tiles up to the head and none beyond', async () => {
    const leaf = recordReplySchema.parse(await json('records/258')).leaf;
    expect((await get('tlog/tile/0/000')).bytes.length).toBe(256 * 32);
    const part = await get('tlog/tile/0/001.p/45');
    expect(part.bytes.subarray(32, 64).toString('hex')).toBe(leaf);
    expect((await get('tlog/tile/1/000.p/1')).bytes.length).toBe(32);
    for (const beyond of [
      '0/001',
      '0/001.p/46',
      '0/001.p/0',
      '1/000',
      '1/000.p/2',
      '0/1',
      '0/x000',
      'x/000',
    ]) {
      expect((await get(`tlog/tile/${beyond}`)).status).toBe(404);
    }
  });

  it.each([
    'records/0',
    'records/302',
    'records/x',
    'inclusion?seq=1',
    'inclusion?seq=0&size=301',
    'inclusion?seq=302&size=302',
    'consistency?from=301&to=302',
    'consistency?from=9&to=8',
    'consistency?from=-1&to=8',
  ])('has no %s', async (path) => expect((await get(path)).status).toBe(404));

  it('hands a search on as it was asked, its refusal too', async () => {
    expect(await get('records?actor=ann&action=halt.&before=12&limit=20')).toMatchObject({ status: 503 });
    expect(asked.at(-1)).toEqual({ actor: 'ann', action: 'halt.', before: 12, limit: 20 });
    answer = ok({ ok: true, records: [], next: null, total: 0, more: false, projected: 5 });
    expect(await json('records')).toMatchObject({ ok: true, projected: 5 });
    expect(asked.at(-1)).toEqual({ limit: 50 });
    for (const bad of ['limit=0', 'limit=501', 'page=x', 'before=-1', 'colour=red', 'limit=5&limit=6']) {
      expect((await get(`records?${bad}`)).status).toBe(400);
    }
  });
});
