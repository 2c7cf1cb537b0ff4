import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, canonicalRecordJson } from '../../protocol/canonical.ts';
import { FACTOR_KINDS } from '../../protocol/factors.ts';
import { roleSchema } from '../../protocol/session.ts';
import { Group, shortened } from './encode.ts';
import { FRAME_BYTES, frameAt } from './frame.ts';
import { decodeRecord, RecordEncoder, wallMicrosOf, type AuditEntry, type Stamped } from './record.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
/** The schema leaves a member named `__proto__` out: nobody of ours names one so. */
const isTame = (value: object): boolean => !canonicalRecordJson(value).includes('__proto__');
const details = fc
  .dictionary(text, fc.oneof(fc.jsonValue({ stringUnit: 'grapheme' }), fc.bigInt()), {
    maxKeys: 5,
    noNullPrototype: true,
  })
  .filter(isTame);
const entries: fc.Arbitrary<AuditEntry> = fc.record(
  {
    actor: text,
    action: text,
    scope: text,
    details,
    by: fc.record({
      session: fc.option(text),
      role: fc.option(fc.constantFrom(...roleSchema.options)),
      address: fc.option(text),
    }),
    order: text,
    client: text,
    before: details,
    after: details,
    reason: text,
    factor: fc.constantFrom(...FACTOR_KINDS),
    assertion: details,
  },
  { requiredKeys: ['actor', 'action', 'scope', 'details'] },
);
const stamps: fc.Arbitrary<Stamped> = fc.record({
  entry: entries,
  wall: fc.bigInt({ min: -(10n ** 18n), max: 4n * 10n ** 18n }),
  wallError: fc.option(fc.bigInt({ min: 0n, max: 10n ** 12n })),
  mono: fc.bigInt({ min: 0n, max: 10n ** 18n }),
  flags: fc.array(text, { maxLength: 3 }),
});
const origin = { run: 'r"un', code: '0.1.0+é' };
const encoder = new RecordEncoder(origin);

/** The record as the schema has it, made without the encoder. */
function recordOf(seq: number, { entry, wall, wallError, mono, flags }: Stamped): Record<string, unknown> {
  const plain: unknown = JSON.parse(
    JSON.stringify({ ...entry, wall, wallError, mono, flags }, (_name, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    ),
  );
  const { by = null, ...rest } = plain as { by?: object | null };
  const none = { session: null, role: null, address: null };
  const absent = { order: null, client: null, before: null, after: null };
  return {
    v: 2,
    seq,
    ...origin,
    ...absent,
    ...{ reason: null, factor: null, assertion: null },
    ...none,
    ...by,
    ...rest,
  };
}

describe('a record of version 2', () => {
  it('R-45: is the canonical JSON of all its fields, and is read back as it was written', () => {
    fc.assert(
      fc.property(stamps, fc.integer({ min: 1 }), (stamped, seq) => {
        const record = recordOf(seq, stamped);
        const written = encoder.encode(seq, stamped);
        expect(written).toBe(canonicalJson(record));
        expect(decodeRecord(Buffer.from(written))).toEqual(record);
      }),
      { numRuns: 500 },
    );
  });

  it('what a group takes can be read back, frame by frame, and its leaves are of those bytes', () => {
    fc.assert(
      fc.property(fc.array(stamps, { minLength: 1, maxLength: 20 }), (list) => {
        const group = new Group(encoder);
        list.forEach((stamped, i) => expect(group.add(i + 1, stamped)).toBe(true));
        const bytes = Buffer.from(group.frames());
        let at = 0;
        for (const [i, stamped] of list.entries()) {
          const payload = frameAt(bytes, at) ?? Buffer.alloc(0);
          expect(payload.toString('utf8')).toBe(encoder.encode(i + 1, stamped));
          at += FRAME_BYTES + payload.length;
        }
        expect(at).toBe(bytes.length);
        expect(group.leaves()).toHaveLength(list.length);
      }),
      { numRuns: 50 },
    );
  });

  it('R-51: keeps nanoseconds and their bound, and tells microseconds', () => {
    const stamped: Stamped = {
      entry: { actor: 'a', action: 'b', scope: 'c', details: {} },
      wall: 1_767_614_400_123_456_789n,
      wallError: 250_000n,
      mono: 5n,
      flags: [],
    };
    const record = decodeRecord(Buffer.from(encoder.encode(1, stamped)));
    expect(record).toMatchObject({ wall: '1767614400123456789', wallError: '250000', mono: '5' });
    expect(record && wallMicrosOf(record)).toBe(1_767_614_400_123_456);
  });

  it('R-57: what JSON can’t say is refused whole and written shortened, with what was left out', () => {
    const group = new Group(encoder);
    const stamped: Stamped = {
      entry: {
        actor: 'a',
        action: 'halt.press',
        scope: 'firm',
        reason: 'half \ud800',
        details: { ok: 1, nan: NaN, half: '\udc00', list: [undefined] },
        after: { phase: 'blocked', broken: () => 1 },
      },
      wall: 1n,
      wallError: null,
      mono: 1n,
      flags: [],
    };
    expect(group.add(1, stamped)).toBe(false);
    expect(group.add(1, shortened(stamped))).toBe(true);
    const payload = frameAt(Buffer.from(group.frames()), 0) ?? Buffer.alloc(0);
    expect(decodeRecord(payload)).toMatchObject({
      reason: 'half \ufffd',
      details: { ok: 1, half: '\ufffd', left: ['after.broken', 'nan', 'list'] },
      after: { phase: 'blocked' },
      flags: ['shortened'],
    });
  });

  it('another shape in details is refused before it is written: a restart could not read it', () => {
    const group = new Group(encoder);
    const details = { toJSON: () => 'text' } as unknown as AuditEntry['details'];
    const entry = { actor: 'a', action: 'b', scope: 'c', details };
    expect(group.add(1, { entry, wall: 1n, wallError: null, mono: 1n, flags: [] })).toBe(false);
  });
});
