import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  auditSearchSchema,
  type AnchorView,
  type AuditSearch,
  type RecordsReply,
} from '../../protocol/audit.ts';
import type { Result } from '../../protocol/result.ts';
import { hashLeaf } from '../audit/hash.ts';
import type { AuditLog } from '../audit/log.ts';
import type { Auth } from '../auth/auth.ts';
import { addressOf, send } from './listener.ts';
import { cookieOf } from './session-cookie.ts';

export interface AuditRouteParts {
  readonly auditLog: Pick<AuditLog, 'head' | 'verifier' | 'inclusion' | 'consistency' | 'payload' | 'hashes'>;
  readonly anchors: () => readonly AnchorView[];
  /** The store's projection; the log itself is read by the other routes. */
  readonly search: (search: AuditSearch) => Promise<Result<RecordsReply>>;
}

const TILE = /^(\d{1,2})\/((?:x\d{3}\/){0,4}\d{3})(?:\.p\/(\d{1,3}))?$/;
const TILE_WIDTH = 256;
const NUMBERS: readonly string[] = ['from', 'to', 'before', 'page', 'limit'];

/** The log as consoles and auditors read it: head, records, proofs and tiles, for `audit.read`. */
export function addAuditRoutes(
  app: FastifyInstance,
  { auth, auditLog, anchors, search }: AuditRouteParts & { readonly auth: Pick<Auth, 'identify'> },
): void {
  /** Whether this request may; when not, it is answered. */
  const mayRead = (request: FastifyRequest, reply: FastifyReply): boolean => {
    const identity = auth.identify(cookieOf(request), addressOf(request));
    if (!identity) {
      send(reply, 401, { code: 'not-signed-in', sentence: 'You are not signed in.' });
      return false;
    }
    if (identity.may('audit.read')) return true;
    send(reply, 403, {
      code: 'not-allowed',
      sentence: `The role ${identity.role} may not read the audit log.`,
    });
    return false;
  };
  const noHead = (reply: FastifyReply): FastifyReply =>
    send(reply, 503, {
      code: 'not-ready',
      sentence: 'No head of the log is signed yet; ask again in a second.',
    });

  app.get('/api/audit/head', (request, reply) => {
    if (!mayRead(request, reply)) return reply;
    const head = auditLog.head();
    if (!head) return noHead(reply);
    const { checkpoint, size, root, signedAt } = head;
    const { verifier } = auditLog;
    return reply.send({
      ok: true,
      checkpoint,
      verifier,
      size,
      root: hex(root),
      signedAt,
      anchors: anchors(),
    });
  });

  app.get('/api/audit/records', async (request, reply) => {
    if (!mayRead(request, reply)) return reply;
    const asked = Object.entries(request.query as Record<string, unknown>).map(([name, value]) => [
      name,
      NUMBERS.includes(name) ? wholeNumber(value) : value,
    ]);
    const fields = auditSearchSchema.safeParse(Object.fromEntries(asked));
    if (!fields.success) {
      return send(reply, 400, { code: 'bad-request', sentence: 'This is no search of the audit log.' });
    }
    const found = await search(fields.data);
    return found.ok ? reply.send(found.value) : send(reply, 503, found.error);
  });

  app.get<{ Params: { seq: string } }>('/api/audit/records/:seq', async (request, reply) => {
    if (!mayRead(request, reply)) return reply;
    const seq = wholeNumber(request.params.seq);
    const payload = seq === null ? null : await auditLog.payload(seq);
    if (seq !== null && payload !== null) {
      return reply.send({ ok: true, seq, payload: payload.toString('utf8'), leaf: hex(hashLeaf(payload)) });
    }
    if (seq === null || seq < 1 || seq > (auditLog.head()?.size ?? 0)) {
      return send(reply, 404, { code: 'no-record', sentence: 'There is no such record in the log.' });
    }
    // Retention removed its bytes; what it hashed to stays, and stays provable.
    return reply.send({ ok: true, seq, payload: null, leaf: hex(await auditLog.hashes(0, seq - 1, 1)) });
  });

  app.get('/api/audit/inclusion', async (request, reply) => {
    if (!mayRead(request, reply)) return reply;
    const { seq, size } = numbersOf(request, 'seq', 'size');
    const newest = auditLog.head()?.size ?? 0;
    if (seq === null || size === null || seq < 1 || seq > size || size > newest) return noSuchProof(reply);
    return reply.send({ ok: true, hashes: (await auditLog.inclusion(seq, size)).map(hex) });
  });

  app.get('/api/audit/consistency', async (request, reply) => {
    if (!mayRead(request, reply)) return reply;
    const { from, to } = numbersOf(request, 'from', 'to');
    const newest = auditLog.head()?.size ?? 0;
    if (from === null || to === null || from > to || to > newest) return noSuchProof(reply);
    return reply.send({ ok: true, hashes: (await auditLog.consistency(from, to)).map(hex) });
  });

  app.get('/api/audit/tlog/checkpoint', (request, reply) => {
    if (!mayRead(request, reply)) return reply;
    const head = auditLog.head();
    if (!head) return noHead(reply);
    return reply.header('content-type', 'text/plain; charset=utf-8').send(head.checkpoint);
  });

  app.get<{ Params: { '*': string } }>('/api/audit/tlog/tile/*', async (request, reply) => {
    if (!mayRead(request, reply)) return reply;
    const tile = tileOf(request.params['*'], auditLog.head()?.size ?? 0);
    if (!tile) return send(reply, 404, { code: 'no-tile', sentence: 'The log has no such tile.' });
    const bytes = await auditLog.hashes(tile.level, tile.index * TILE_WIDTH, tile.width);
    return reply.header('content-type', 'application/octet-stream').send(bytes);
  });
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** A whole number as an address has it; null when it is none. */
function wholeNumber(value: unknown): number | null {
  return typeof value === 'string' && /^\d{1,16}$/.test(value) && Number.isSafeInteger(Number(value))
    ? Number(value)
    : null;
}

function numbersOf<Name extends string>(
  request: FastifyRequest,
  ...names: readonly Name[]
): Readonly<Record<Name, number | null>> {
  const query = request.query as Readonly<Record<string, unknown>>;
  const values = names.map((name) => [name, wholeNumber(query[name])] as const);
  return Object.fromEntries(values) as Readonly<Record<Name, number | null>>;
}

function noSuchProof(reply: FastifyReply): FastifyReply {
  return send(reply, 404, { code: 'no-such-size', sentence: 'The log has no signed head of that size.' });
}

/** A tile's place by its address (C2SP tlog-tiles); null when it is none, or lies beyond the newest head. */
function tileOf(
  path: string,
  size: number,
): { readonly level: number; readonly index: number; readonly width: number } | null {
  const [, levelText = '', indexText = '', widthText] = TILE.exec(path) ?? [];
  if (levelText === '') return null;
  const level = Number(levelText);
  const index = Number(indexText.replaceAll(/[x/]/g, ''));
  const width = widthText === undefined ? TILE_WIDTH : Number(widthText);
  const whole = Math.floor(size / TILE_WIDTH ** level);
  if (width < 1 || width > TILE_WIDTH || index * TILE_WIDTH + width > whole) return null;
  return { level, index, width };
}
