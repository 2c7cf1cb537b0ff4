/** The audit log's HTTP, for the panels and for the worker that proves what they show. */
import {
  headReplySchema,
  proofReplySchema,
  recordReplySchema,
  recordsReplySchema,
  type AuditSearch,
  type HeadReply,
  type RecordsReply,
} from '../../protocol/audit.ts';
import { ok, type Result } from '../../protocol/result.ts';
import { ask, askBytes } from '../audit/ask.ts';
import { fromHex } from '../audit/bytes.ts';
import type { LoggedRecord } from '../audit/proof.ts';
import { tilePath, type ReadTile } from '../audit/tiles.ts';

export type SearchFields = Partial<AuditSearch>;

export const readHead = (): Promise<Result<HeadReply>> => ask('/api/audit/head', headReplySchema);

/** From the store's projection: what is shown; what is true, the log's own bytes prove. */
export function searchRecords(search: SearchFields): Promise<Result<RecordsReply>> {
  const fields = Object.entries(search).filter(([, value]) => value !== undefined && value !== '');
  const query = new URLSearchParams(fields.map(([name, value]) => [name, String(value)]));
  return ask(`/api/audit/records?${query.toString()}`, recordsReplySchema);
}

export const readRecord = (seq: number): Promise<Result<LoggedRecord>> =>
  ask(`/api/audit/records/${seq}`, recordReplySchema);

export const readInclusion = (seq: number, size: number): Promise<Result<readonly Uint8Array[]>> =>
  readProof(`/api/audit/inclusion?seq=${seq}&size=${size}`);

export const readConsistency = (from: number, to: number): Promise<Result<readonly Uint8Array[]>> =>
  readProof(`/api/audit/consistency?from=${from}&to=${to}`);

async function readProof(path: string): Promise<Result<readonly Uint8Array[]>> {
  const reply = await ask(path, proofReplySchema);
  return reply.ok ? ok(reply.value.hashes.map(fromHex)) : reply;
}

/** A partial tile may be gone once the whole one is there: then that is read. */
export const readTile: ReadTile = async (level, index, width) => {
  const tile = await askBytes(`/api/audit/tlog/tile/${tilePath(level, index, width)}`);
  if (tile.ok || width === 256) return tile;
  const whole = await askBytes(`/api/audit/tlog/tile/${tilePath(level, index, 256)}`);
  return whole.ok ? whole : tile;
};
