import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import type { Micros } from '../../../protocol/units.ts';
import { testSigner } from '../../testing/audit-key.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { sha256 } from '../hash.ts';
import { HeadSigner, type Head } from '../signer.ts';
import type { Anchor } from './anchor.ts';
import { Anchors } from './anchors.ts';
import { DatabaseAnchor, type HeadRow } from './database-anchor.ts';
import { FileAnchor } from './file-anchor.ts';
import { findNotes } from './notes.ts';
import { WebhookAnchor } from './webhook-anchor.ts';

const folder = mkdtempSync(join(tmpdir(), 'cwts-anchors-'));
afterAll(() => rmSync(folder, { recursive: true }));

const rootOf = (size: number): Uint8Array => sha256(Buffer.from(`root of ${size}`));
const headOf = (size: number, signer = testSigner): Head =>
  signer.sign(size, rootOf(size), (1_767_614_400_000_000 + size) as Micros);

/** A log that has nothing but heads. */
class HeadsOnly {
  readonly verifier = testSigner.verifier;
  readonly #listeners: ((head: Head) => void)[] = [];
  #head: Head | null;
  trouble: string | null = null;
  constructor(size: number) {
    this.#head = size === 0 ? null : headOf(size);
  }
  head = (): Head | null => this.#head;
  headTrouble = (): string | null => this.trouble;
  rootAt = (size: number): Promise<Uint8Array> => Promise.resolve(rootOf(size));
  onHead = (listener: (head: Head) => void) => {
    this.#listeners.push(listener);
    return () => undefined;
  };
  sign(size: number): void {
    this.#head = headOf(size);
    for (const listener of this.#listeners) listener(this.#head);
  }
}

/** An anchor that does as it is told. */
class ToldAnchor implements Anchor {
  readonly kind = 'file';
  readonly name = 'told';
  readonly sizes: number[] = [];
  found: Result<string | null> = ok(null);
  answer: () => Promise<Result<null>> = () => Promise.resolve(ok(null));
  put = ({ size }: Head): Promise<Result<null>> => {
    this.sizes.push(size);
    return this.answer();
  };
  newest = (): Promise<Result<string | null>> => Promise.resolve(this.found);
  close = (): Promise<void> => Promise.resolve();
}

async function scene(size: number, found: Result<string | null> = ok(null)) {
  const clock = new ManualClock();
  const log = new HeadsOnly(size);
  const anchor = new ToldAnchor();
  anchor.found = found;
  const anchors = new Anchors({ clock, log, anchors: [anchor], everySeconds: 60, changed: () => undefined });
  anchors.start();
  await clock.advanceAsync(0);
  return { clock, log, anchor, anchors };
}

describe('R-45: heads are kept elsewhere', () => {
  it('at a start: the head that is there, or else the first one', async () => {
    expect((await scene(5)).anchor.sizes).toEqual([5]);
    const { clock, log, anchor, anchors } = await scene(0);
    expect(anchors.row().state).toBe('unknown');
    log.sign(1);
    log.sign(2);
    await clock.advanceAsync(0);
    expect(anchor.sizes).toEqual([1]);
    expect(anchors.row().state).toBe('ok');
  });

  it('each minute while the head moves, and not when it does not', async () => {
    const { clock, log, anchor, anchors } = await scene(5);
    await clock.advanceAsync(60_000);
    log.sign(7);
    log.sign(9);
    await clock.advanceAsync(59_000);
    expect(anchor.sizes).toEqual([5]);
    await clock.advanceAsync(300_000);
    expect(anchor.sizes).toEqual([5, 9]);
    expect(anchors.views()).toMatchObject([{ kind: 'file', size: 9, trouble: null }]);
    expect(anchors.row()).toMatchObject({ id: 'anchors', state: 'ok' });
  });

  it('at a halt: what is signed at once, and the next head, which covers the halt', async () => {
    const { clock, log, anchor, anchors } = await scene(5);
    anchors.soon();
    log.sign(6);
    log.sign(7);
    await clock.advanceAsync(0);
    expect(anchor.sizes).toEqual([5, 6]);
  });

  it('at a clean stop: the last head, and nothing waits longer than 3 s for it', async () => {
    const { clock, log, anchor, anchors } = await scene(5);
    log.sign(8);
    await anchors.close();
    expect(anchor.sizes).toEqual([5, 8]);

    const hung = await scene(5);
    hung.anchor.answer = () => new Promise(() => undefined);
    hung.log.sign(6);
    let closed = false;
    void hung.anchors.close().then(() => (closed = true));
    await hung.clock.advanceAsync(2900);
    expect(closed).toBe(false);
    await hung.clock.advanceAsync(200);
    expect(closed).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('one that fails is tried again, ever later, with the newest head; it is said after a while', async () => {
    const { clock, log, anchor, anchors } = await scene(5);
    let works = false;
    anchor.answer = () => Promise.resolve(works ? ok(null) : refuse('x', 'The disk is full.'));
    log.sign(6);
    anchors.soon();
    await clock.advanceAsync(3500);
    expect(anchor.sizes).toEqual([5, 6, 6, 6]);
    expect(anchors.views()[0]?.trouble).toBe('The disk is full.');
    expect(anchors.row().state).not.toBe('degraded');
    log.sign(11);
    await clock.advanceAsync(60_000);
    expect(anchors.row()).toMatchObject({ state: 'degraded', sentence: 'The disk is full.' });
    works = true;
    await clock.advanceAsync(60_000);
    expect(anchor.sizes.at(-1)).toBe(11);
    expect(anchor.sizes.length).toBeLessThan(12);
    expect(anchors.row().state).toBe('ok');
  });

  it('heads that are not signed are said too', async () => {
    const { log, anchors } = await scene(5);
    log.trouble = 'the disk is full';
    expect(anchors.row()).toMatchObject({ state: 'degraded' });
  });
});

describe('R-45: a log that is not the one whose heads lie elsewhere', () => {
  const stranger = HeadSigner.generate();
  it.each<[string, string, RegExp]>([
    ['was cut', headOf(900).checkpoint, /over 900 records; this log’s newest is over 500/],
    [
      'was written anew',
      testSigner.sign(400, rootOf(1), 1 as Micros).checkpoint,
      /first 400 records are not/,
    ],
    ['is another', headOf(400, stranger).checkpoint, /not signed by this log’s key/],
  ])('%s: an alarm, and nothing more is put there', async (_what, note, sentence) => {
    const { clock, log, anchor, anchors } = await scene(500, ok(note));
    expect(anchors.row()).toMatchObject({ state: 'down' });
    expect(anchors.row().sentence).toMatch(sentence);
    log.sign(1000);
    await clock.advanceAsync(120_000);
    await anchors.close();
    expect(anchor.sizes).toEqual([]);
    expect(anchors.views()[0]?.trouble).toMatch(sentence);
  });

  it('is only known when the anchor can be asked: until then nothing is put', async () => {
    const { clock, anchor, anchors } = await scene(500, refuse('store-down', 'It is being opened.'));
    await clock.advanceAsync(61_000);
    expect(anchor.sizes).toEqual([]);
    expect(anchors.row()).toMatchObject({ state: 'degraded', sentence: 'It is being opened.' });
    anchor.found = ok(headOf(400).checkpoint);
    await clock.advanceAsync(5000);
    expect(anchor.sizes).toEqual([500]);
    expect(anchors.row().state).toBe('ok');
  });
});

describe('a file', () => {
  it('holds every head in the order it was put, beside what a person wrote there', async () => {
    const file = join(folder, 'made', 'heads.txt');
    const anchor = new FileAnchor({ file, folder: 'make' });
    expect(await anchor.newest()).toEqual(ok(null));
    await anchor.put(headOf(1));
    appendFileSync(file, '# checked by hand\n');
    await anchor.put(headOf(2));
    const { notes, otherLines } = findNotes(readFileSync(file, 'utf8'));
    expect(notes).toEqual([headOf(1).checkpoint, headOf(2).checkpoint]);
    expect(otherLines).toBe(0);
    expect(await anchor.newest()).toEqual(ok(headOf(2).checkpoint));
  });

  it('on another disk that is not mounted is refused, never made', async () => {
    const anchor = new FileAnchor({ file: join(folder, 'absent', 'heads.txt'), folder: 'there' });
    expect(await anchor.put(headOf(1))).toMatchObject({ ok: false, error: { code: 'anchor-file' } });
  });
});

describe('a webhook', () => {
  let server: Server | null = null;
  afterEach(() => server?.close());
  async function hook(answer: Parameters<typeof createServer>[1]): Promise<string> {
    const made = createServer(answer);
    server = made;
    await new Promise<void>((done) => made.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(made.address() as AddressInfo).port}/in/s3cret`;
  }
  const anchorOf = (url: string, receiptsFile: string, timeoutMs = 5000): WebhookAnchor =>
    new WebhookAnchor({ url, token: 'tok', receiptsFile, now: () => 5 as Micros, fetch, timeoutMs });

  it('gets the signed note, and what it answers is kept as a receipt without its path', async () => {
    const got: string[] = [];
    const url = await hook((request, response) => {
      const { headers, method } = request;
      got.push(`${method} ${headers['content-type'] ?? ''} ${headers['authorization'] ?? ''}`);
      request.on('data', (part: Buffer) => got.push(part.toString()));
      request.on('end', () => response.end('id-17'));
    });
    const receipts = join(folder, 'receipts.jsonl');
    const anchor = anchorOf(url, receipts);
    expect(await anchor.put(headOf(3))).toEqual(ok(null));
    expect(got).toEqual(['POST text/plain; charset=utf-8 Bearer tok', headOf(3).checkpoint]);
    expect(readFileSync(receipts, 'utf8')).not.toContain('s3cret');
    expect(JSON.parse(readFileSync(receipts, 'utf8'))).toMatchObject({ status: 200, body: 'id-17' });
    appendFileSync(receipts, '{"torn');
    expect(await anchor.newest()).toEqual(ok(headOf(3).checkpoint));
  });

  it.each([
    ['an error', 500, {}],
    ['a redirect', 302, { location: 'http://127.0.0.1:1/' }],
  ])('that answers with %s has nothing', async (_what, status, headers) => {
    const url = await hook((_request, response) => {
      response.writeHead(status, headers).end();
    });
    const file = join(folder, `none-${status}.jsonl`);
    expect(await anchorOf(url, file).put(headOf(3))).toMatchObject({ ok: false });
    expect(await anchorOf(url, file).newest()).toEqual(ok(null));
  });

  it('that never answers is given up, by time and by the stop', async () => {
    const url = await hook(() => undefined);
    expect(await anchorOf(url, join(folder, 'x'), 50).put(headOf(3))).toMatchObject({ ok: false });
    const anchor = anchorOf(url, join(folder, 'x'));
    const put = anchor.put(headOf(3));
    await anchor.close();
    expect(await put).toMatchObject({ ok: false });
    server?.closeAllConnections();
  });
});

it('a database', async () => {
  let row: HeadRow | null = null;
  const anchor = new DatabaseAnchor({
    recordHead: (head) => Promise.resolve(ok(((row = head), null))),
    newestRecordedHead: () => Promise.resolve(ok(row)),
  });
  expect(await anchor.newest()).toEqual(ok(null));
  await anchor.put(headOf(3));
  expect(row).toMatchObject({ size: 3, root: Buffer.from(rootOf(3)).toString('hex') });
  expect(await anchor.newest()).toEqual(ok(headOf(3).checkpoint));
});
