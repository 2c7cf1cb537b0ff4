/** What somebody with the disk, but without the key, can do to a log's folder. */
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeFrame, encodeHeader, FRAME_BYTES, HEADER_BYTES, readFrames, readHeader } from '../../frame.ts';
import { hashLeaf } from '../../hash.ts';
import { readHeads } from '../../head-files.ts';
import { firstSequenceOf, segmentName } from '../../segment-name.ts';
import { HashTree } from '../../tree.ts';
import { levelName } from '../../tree-files.ts';

export const segmentsOf = (dir: string): string[] =>
  readdirSync(dir)
    .filter((name) => firstSequenceOf(name) !== null)
    .sort();

/** The records, segment by segment. */
export function payloadsOf(dir: string): Buffer[][] {
  return segmentsOf(dir).map((name) => [...readFrames(readFileSync(join(dir, name))).payloads]);
}

/** Writes segments of these records with good headers and checksums; the names follow from the counts. */
export function writeSegments(dir: string, segments: readonly (readonly Buffer[])[]): void {
  for (const name of segmentsOf(dir)) rmSync(join(dir, name));
  let first = 1;
  for (const payloads of segments) {
    const bytes = Buffer.concat([encodeHeader(first), ...payloads.map(encodeFrame)]);
    writeFileSync(join(dir, segmentName(first)), bytes);
    first += payloads.length;
  }
}

/** Writes one segment in place, with good checksums, however many records it has now. */
export function rewriteSegment(dir: string, name: string, change: (payloads: Buffer[]) => void): void {
  const bytes = readFileSync(join(dir, name));
  const header = readHeader(bytes);
  if (!header.ok) throw new Error(name);
  const payloads = [...readFrames(bytes).payloads];
  change(payloads);
  writeFileSync(join(dir, name), Buffer.concat([encodeHeader(header.value), ...payloads.map(encodeFrame)]));
}

/** Makes the tree's files those of the records that are there now. */
export function rewriteTree(dir: string): void {
  const levels: Uint8Array[][] = [];
  const tree = new HashTree((tileLevel, hash) => (levels[tileLevel] ??= []).push(Buffer.from(hash)));
  for (const payload of payloadsOf(dir).flat()) tree.append(hashLeaf(payload));
  for (const [level, hashes] of levels.entries())
    writeFileSync(join(dir, levelName(level)), Buffer.concat(hashes));
}

/** Cuts records, heads, checkpoint and tree to what they were at the newest head up to `size`; its size. */
export function cutTo(dir: string, size: number): number {
  const bytes = readFileSync(join(dir, 'heads.log'));
  const kept = readHeads(bytes).notes.filter((note) => Number(note.split('\n')[1]) <= size);
  const length = kept.reduce((sum, note) => sum + FRAME_BYTES + Buffer.byteLength(note), HEADER_BYTES);
  truncateSync(join(dir, 'heads.log'), length);
  const last = kept.at(-1) ?? '';
  writeFileSync(join(dir, 'checkpoint'), last);
  const left = Number(last.split('\n')[1]);
  cutRecords(dir, left);
  rewriteTree(dir);
  return left;
}

/** Cuts the records behind the first `count`, at a frame's end. */
export function cutRecords(dir: string, count: number): void {
  for (const name of segmentsOf(dir)) {
    const first = firstSequenceOf(name) ?? 0;
    if (first > count) rmSync(join(dir, name));
    else rewriteSegment(dir, name, (payloads) => payloads.splice(count - first + 1));
  }
}

/** The same record with another value in it, and of the same length. */
export function edited(payload: Buffer | undefined): Buffer {
  const text = payload?.toString() ?? '';
  const other = text.replace('"actor":"operator"', '"actor":"somebody"');
  if (other === text) throw new Error('nothing to edit');
  return Buffer.from(other);
}

export const renumbered = (payload: Buffer | undefined, seq: number): Buffer =>
  Buffer.from((payload?.toString() ?? '').replace(/,"seq":\d+,/, `,"seq":${seq},`));
