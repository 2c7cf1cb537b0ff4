/** An audit log's folder as its writer leaves it, made of given records. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditRecord } from '../../../protocol/audit.ts';
import { encodeFrame, encodeHeader } from '../../audit/frame.ts';
import { segmentName } from '../../audit/segment-name.ts';
import type { LogHead } from '../../archive/part.ts';
import { Frontier } from '../frontier.ts';
import { logged } from './records.ts';

/** Segments of `perSegment` records. Returns the head of what is there. */
export function writeLog(dir: string, records: readonly AuditRecord[], perSegment = 1000): LogHead {
  mkdirSync(dir, { recursive: true });
  const frontier = new Frontier();
  for (let at = 0; at < records.length; at += perSegment) {
    const payloads = records.slice(at, at + perSegment).map((record) => logged(record).payload);
    for (const payload of payloads) frontier.add(payload);
    const bytes = Buffer.concat([encodeHeader(at + 1), ...payloads.map(encodeFrame)]);
    writeFileSync(join(dir, segmentName(at + 1)), bytes);
  }
  return { size: records.length, root: frontier.root() };
}
