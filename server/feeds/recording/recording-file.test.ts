import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { FaultyFiles } from '../../testing/faulty-files.ts';
import { readLines } from '../replay/lines.ts';
import { lineOf, microsOf, recordSchema, secondsOf } from './format.ts';
import { memberLength, packMember, unpackMember } from './members.ts';
import { createRecordingFile, RecordingFile } from './recording-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'cwts-recording-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function linesOf(bytes: Uint8Array): Promise<{ lines: string[]; cut: number }> {
  const file = join(folder, 'read.jsonl.gz');
  writeFileSync(file, bytes);
  let cut = 0;
  const lines = [];
  for await (const line of readLines(file, (torn) => (cut = torn))) lines.push(line);
  return { lines, cut };
}

describe('a recording on disk', () => {
  it('any cut leaves exactly the whole seconds before it, and tells what was torn', async () => {
    const seconds = [['a', 'b'], ['c'], ['d "é"', 'e', 'f']];
    const members = await Promise.all(seconds.map((one) => packMember(Buffer.from(`${one.join('\n')}\n`))));
    const whole = Buffer.concat(members);
    const ends = members.map((_, at) => Buffer.concat(members.slice(0, at + 1)).length);
    // Every length that still has a first member, byte by byte.
    for (let length = ends[0] ?? 0; length <= whole.length; length++) {
      const kept = ends.filter((end) => end <= length).length;
      expect(await linesOf(whole.subarray(0, length))).toEqual({
        lines: seconds.slice(0, kept).flat(),
        cut: length - (ends[kept - 1] ?? 0),
      });
    }
  });

  it('is what every gzip tool unpacks', async () => {
    const texts = ['one\n', 'two\nthree\n'];
    const file = Buffer.concat(await Promise.all(texts.map((text) => packMember(Buffer.from(text)))));
    expect(gunzipSync(file).toString()).toBe(texts.join(''));
  });

  it('a changed byte is never read as a record', async () => {
    const member = await packMember(Buffer.from('{"t":"recv","ts":1.000000,"conn":1,"data":"1234"}\n'));
    fc.assert(
      fc.property(fc.nat(member.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(member);
        changed[at] = (changed[at] ?? 0) ^ flip;
        const length = memberLength(changed);
        // A length that is another one, or a magic that is none, ends the file there.
        if (length !== member.length) return;
        const unpacked = unpackMember(changed);
        const isSame = unpacked?.equals(unpackMember(member) ?? Buffer.alloc(0)) ?? false;
        expect(unpacked === null || isSame).toBe(true);
      }),
    );
  });

  it('a full disk: one sentence, and the file is whole up to the second before', async () => {
    const files = new FaultyFiles();
    const file = new RecordingFile('out.gz', await files.create('out.gz'));
    file.add('first');
    await file.flush();
    files.room = 10;
    file.add('second');
    await file.flush();
    expect(file.fault?.sentence).toBe(
      'out.gz: the disk is full; the recording ended, what is in it is whole.',
    );
    files.room = Infinity;
    file.add('third');
    await file.close();
    expect(await linesOf(await files.read('out.gz'))).toEqual({ lines: ['first'], cut: 0 });
  });

  it('a power cut loses nothing that was flushed', async () => {
    const files = new FaultyFiles();
    const file = new RecordingFile('out.gz', await files.create('out.gz'));
    file.add('first');
    await file.flush();
    file.add('second');
    expect(await linesOf(await files.afterPowerCut(0).read('out.gz'))).toEqual({ lines: ['first'], cut: 0 });
  });

  it('ends by itself when the disk cannot keep up, before the memory is full', () => {
    const file = new RecordingFile('out.gz', {
      write: () => new Promise(() => undefined),
      datasync: () => Promise.resolve(),
      truncate: () => Promise.resolve(),
      close: () => Promise.resolve(),
    });
    const megabyte = 'x'.repeat(1024 * 1024);
    for (let count = 0; count < 70; count++) file.add(megabyte);
    expect(file.fault?.code).toBe('recording-slow');
  });

  it('is never written over another file', async () => {
    const path = join(folder, 'there.jsonl.gz');
    writeFileSync(path, 'mine');
    const made = await createRecordingFile(path);
    expect(made).toMatchObject({ ok: false, error: { code: 'recording-exists' } });
    expect(readFileSync(path, 'utf8')).toBe('mine');
    expect(await createRecordingFile(join(folder, 'none', 'x.gz'))).toMatchObject({
      error: { sentence: expect.stringContaining('its folder does not exist') as string },
    });
  });
});

const codePoints = fc.array(fc.nat(0x10ffff)).map((points) => Buffer.from(String.fromCodePoint(...points)));

describe('a record of a recording', () => {
  it('keeps time to the microsecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4_000_000_000_000_000 }), (micros) => {
        expect(microsOf(Number(secondsOf(micros)))).toBe(micros);
      }),
    );
  });

  it('keeps every frame verbatim, text or not', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), codePoints), (bytes) => {
        const line = lineOf.recv(1_700_000_000_000_001, 3, bytes);
        expect(line).not.toContain('\n');
        const record = recordSchema.parse(JSON.parse(line));
        if (record.t !== 'recv') throw new Error('another record');
        const back =
          record.data === undefined ? Buffer.from(record.b64 ?? '', 'base64') : Buffer.from(record.data);
        expect(back.equals(Buffer.from(bytes))).toBe(true);
      }),
    );
  });

  it('reads back every kind', () => {
    const at = 1_700_000_000_000_001;
    const lines = [
      lineOf.connect(at, 1, 'wss://x/stream'),
      lineOf.send(at, 1, '{"a":"\n"}'),
      lineOf.http(at, 'https://x/y?z=1', 200, '[]'),
      lineOf.close(at, 1, 'The venue closed the connection.'),
    ];
    expect(lines.map((line) => recordSchema.parse(JSON.parse(line)))).toEqual([
      { t: 'connect', ts: at / 1e6, conn: 1, addr: 'wss://x/stream' },
      { t: 'send', ts: at / 1e6, conn: 1, data: '{"a":"\n"}' },
      { t: 'http', ts: at / 1e6, url: 'https://x/y?z=1', status: 200, data: '[]' },
      { t: 'close', ts: at / 1e6, conn: 1, reason: 'The venue closed the connection.' },
    ]);
  });
});
