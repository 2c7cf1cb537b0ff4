import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HaltId, Micros, UserId, VenueId } from '../../protocol/units.ts';
import { report, request, type HaltEffect, type HaltRequest, type VenueReport } from './machine.ts';
import { recordedHalt, resumedState } from './record.ts';
import { tradingState, type HaltState, type VenueName } from './state.ts';

const names: VenueName[] = ['alpha', 'beta'].map((venue) => ({
  venue: venue as VenueId,
  name: venue.toUpperCase(),
  hasDeadMan: false,
}));
const [ALPHA, BETA] = ['alpha' as VenueId, 'beta' as VenueId];
const [ann, bob] = ['ann' as UserId, 'bob' as UserId];
const first = 'halt-0001' as HaltId;
const second = 'halt-0002' as HaltId;

/** Runs requests and reports one after the other; the gate follows the effects. */
class World {
  state: HaltState = tradingState(names);
  gateOpen = true;
  now = 1000;
  effects: HaltEffect[] = [];

  ask(asked: HaltRequest): string {
    const step = request(this.state, asked, this.#tick());
    this.state = step.state;
    this.effects = [...step.effects];
    for (const { kind } of step.effects) {
      if (kind === 'close-gate') this.gateOpen = false;
      if (kind === 'open-gate') this.gateOpen = true;
    }
    return step.answer.ok ? 'ok' : step.answer.error.code;
  }

  see(seen: VenueReport): void {
    this.state = report(this.state, seen, this.#tick());
  }

  press = (haltId = first, by = ann) => this.ask({ kind: 'press', haltId, by, reason: 'test' });
  cancelAll = (haltId = first, by = ann) => this.ask({ kind: 'cancel-all', haltId, by });
  takeBack = (haltId = first, by = ann) => this.ask({ kind: 'take-back', haltId, by });
  release = (haltId = first, by = bob) => this.ask({ kind: 'release', haltId, by });

  reread(venue: VenueId, open: number, inFlight = 0): void {
    this.see({ kind: 'reread', venue, open, foreign: 0, inFlight });
  }

  empty(venue: VenueId): void {
    this.see({ kind: 'sent', venue });
    this.see({ kind: 'acknowledged', venue });
    this.reread(venue, 0);
    this.reread(venue, 0);
  }

  #tick(): Micros {
    return ++this.now as Micros;
  }
}

function confirmed(): World {
  const world = new World();
  world.press();
  world.cancelAll();
  world.empty(ALPHA);
  world.empty(BETA);
  return world;
}

describe('a press', () => {
  it('R-23 closes the gate, and that is its first effect', () => {
    const world = new World();
    world.press();
    expect(world.effects).toEqual([{ kind: 'close-gate' }]);
    expect(world.state.phase).toBe('blocked');
  });

  it('R-33 repeated is harmless; another one joins the halt that runs', () => {
    const world = new World();
    world.press();
    const before = world.state;
    expect(world.press()).toBe('ok');
    expect(world.state).toBe(before);
    expect(world.press(second, bob)).toBe('ok');
    expect(world.state).toMatchObject({
      haltId: first,
      presser: ann,
      joined: [{ haltId: second, by: bob }],
      phase: 'blocked',
    });
    expect(world.cancelAll(second, bob)).toBe('ok');
    expect(world.state.phase).toBe('cancelling');
  });

  it('never lowers a halt that is further', () => {
    const world = confirmed();
    world.press(second, bob);
    expect(world.state.phase).toBe('confirmed');
    expect(world.gateOpen).toBe(false);
  });

  it('R-33 delivered late, after its halt was released, halts nothing', () => {
    const world = confirmed();
    world.release();
    expect(world.press()).toBe('ok');
    expect(world.state.phase).toBe('trading');
    expect(world.gateOpen).toBe(true);
  });
});

describe('confirmed zero', () => {
  it('R-25 needs re-reads in a row that show zero, at every venue', () => {
    const world = new World();
    world.press();
    world.cancelAll();
    world.see({ kind: 'sent', venue: ALPHA });
    world.see({ kind: 'acknowledged', venue: ALPHA });
    expect(world.state.phase).toBe('cancelling'); // an acknowledgement is no confirmation
    world.reread(ALPHA, 0);
    world.reread(ALPHA, 3);
    world.reread(ALPHA, 0);
    expect(world.state.venues[0]?.confirmedZeroAt).toBeNull();
    world.reread(ALPHA, 0);
    expect(world.state.venues[0]?.confirmedZeroAt).not.toBeNull();
    expect(world.state.phase).toBe('cancelling');
    world.empty(BETA);
    expect(world.state.phase).toBe('confirmed');
  });

  it('R-26 ends when an order appears, and comes back when it is gone', () => {
    const world = confirmed();
    world.see({ kind: 'appeared', venue: ALPHA });
    expect(world.state).toMatchObject({ phase: 'cancelling', confirmedAt: null });
    expect(world.release()).toBe('not-confirmed');
    world.reread(ALPHA, 0);
    world.reread(ALPHA, 0);
    expect(world.state.phase).toBe('confirmed');
  });

  it('R-26 is not given while an order of ours was sent and not answered', () => {
    const world = new World();
    world.press();
    world.cancelAll();
    world.empty(BETA);
    world.see({ kind: 'sent', venue: ALPHA });
    world.see({ kind: 'acknowledged', venue: ALPHA });
    world.reread(ALPHA, 0, 1);
    world.reread(ALPHA, 0, 1);
    expect(world.state.phase).toBe('cancelling');
    expect(world.state.venues[0]?.trouble).toContain('may still arrive');
  });

  it('R-29 R-24 a silent venue leaves a residue at the deadline, is named, and may still come to zero', () => {
    const world = new World();
    world.press();
    world.cancelAll();
    world.empty(ALPHA);
    world.see({ kind: 'sent', venue: BETA });
    world.see({ kind: 'trouble', venue: BETA, sentence: 'No answer.' });
    world.see({ kind: 'deadline' });
    expect(world.state.phase).toBe('residual');
    expect(world.state.venues).toMatchObject([
      { confirmedZeroAt: expect.any(Number) as number },
      { confirmedZeroAt: null, trouble: 'No answer.', openOrders: null },
    ]);
    world.empty(BETA);
    expect(world.state.phase).toBe('confirmed');
  });
});

describe('the way back', () => {
  it('before the cancel: only for the person who pressed', () => {
    const world = new World();
    world.press();
    expect(world.takeBack(first, bob)).toBe('not-yours');
    expect(world.release()).toBe('not-confirmed');
    expect(world.takeBack()).toBe('ok');
    expect(world.gateOpen).toBe(true);
    expect(world.takeBack()).toBe('ok'); // again: over already
  });

  it('R-30 after it: only by another person, only at zero everywhere', () => {
    const world = confirmed();
    expect(world.takeBack()).toBe('cancelled');
    expect(world.release(first, ann)).toBe('same-person');
    world.see({ kind: 'trouble', venue: ALPHA, sentence: 'No answer.' });
    expect(world.release()).toBe('not-confirmed');
    world.reread(ALPHA, 0);
    expect(world.release()).toBe('ok');
    expect(world.state).toMatchObject({ phase: 'trading', releasedBy: bob });
  });

  it('needs the halt that runs: an older id is told so', () => {
    const world = new World();
    expect(world.cancelAll()).toBe('not-halted');
    world.press();
    expect(world.release(second)).toBe('other-halt');
    expect(world.takeBack(second)).toBe('other-halt');
  });

  it('R-57 a cancel-all under an id that is not known is carried out while something is halted', () => {
    const world = new World();
    world.press();
    expect(world.cancelAll(second, bob)).toBe('ok');
    expect(world.state).toMatchObject({ phase: 'cancelling', factorBy: bob, haltId: first });
  });

  it('a take-back ends no press of another person', () => {
    const world = new World();
    world.press(first, ann);
    world.press(second, bob);
    expect(world.takeBack()).toBe('others-pressed');
    expect(world.takeBack(second, bob)).toBe('not-yours');
    expect(world.gateOpen).toBe(false);
    world.cancelAll();
    world.empty(ALPHA);
    world.empty(BETA);
    expect(world.release(first, ann)).toBe('same-person');
    expect(world.release(second, bob)).toBe('ok');
  });

  it('a take-back ends the own second press too', () => {
    const world = new World();
    world.press(first, ann);
    world.press(second, ann);
    expect(world.takeBack()).toBe('ok');
    expect(world.state.over).toEqual(expect.arrayContaining([first, second]));
  });

  it('many presses of one person forget none of another', () => {
    const world = new World();
    world.press();
    world.press(second, bob);
    for (let n = 0; n < 300; n++) world.press(`halt-many-${n}` as HaltId, ann);
    expect(world.state.joined).toHaveLength(101);
    world.cancelAll();
    world.empty(ALPHA);
    world.empty(BETA);
    expect(world.release(second, bob)).toBe('ok');
  });
});

describe('R-31 a restart', () => {
  const resume = (state: HaltState, crash: string | null = null) =>
    resumedState(JSON.parse(JSON.stringify(recordedHalt(state))) as unknown, crash, names, 5000 as Micros);

  it('first start and clean stop trade, a crash starts halted', () => {
    expect(resumedState(undefined, null, names, 5000 as Micros).phase).toBe('trading');
    expect(resume(tradingState(names)).phase).toBe('trading');
    expect(resume(tradingState(names), 'It was killed.')).toMatchObject({
      phase: 'blocked',
      cause: { kind: 'crash', sentence: 'It was killed.' },
    });
  });

  it('goes on with a halt: blocked stays blocked, cancelled is cancelled and read again', () => {
    const world = new World();
    world.press();
    expect(resume(world.state)).toMatchObject({ phase: 'blocked', presser: ann, haltId: first });
    const after = resume(confirmed().state, 'It was killed.');
    expect(after).toMatchObject({
      phase: 'cancelling',
      confirmedAt: null,
      cause: { kind: 'resumed', by: ann },
    });
    expect(after.venues.every(({ confirmedZeroAt }) => confirmedZeroAt === null)).toBe(true);
  });

  it('keeps the presser out of the release, however often it restarts', () => {
    const world = new World();
    world.state = resume(resume(confirmed().state));
    world.empty(ALPHA);
    world.empty(BETA);
    expect(world.release(first, ann)).toBe('same-person');
    expect(world.release(first, bob)).toBe('ok');
  });

  const afterCrash = (): [World, HaltId] => {
    const world = new World();
    world.state = resume(tradingState(names), 'It was killed.');
    world.gateOpen = false;
    const boot = world.state.haltId;
    if (!boot) throw new Error('no id');
    return [world, boot];
  };

  it('R-30 a crash halt is never taken back, not by one who presses on it either', () => {
    const [world, boot] = afterCrash();
    expect(world.takeBack(boot)).toBe('not-pressed');
    world.press(first, ann);
    expect(world.takeBack(boot)).toBe('not-pressed');
    expect(world.takeBack(first)).toBe('not-pressed');
    expect(world.gateOpen).toBe(false);
  });

  it('R-30 a pressed halt is taken back after a clean stop, not after a crash', () => {
    const world = new World();
    world.press();
    const pressed = world.state;
    world.state = resume(resume(pressed));
    expect(world.takeBack()).toBe('ok');
    world.state = resume(resume(pressed, 'It was killed.'));
    expect(world.takeBack()).toBe('after-crash');
  });

  it('R-30 a crash halt needs two people: who cancelled does not release it, whoever pressed since', () => {
    const [world, boot] = afterCrash();
    expect(world.release(boot, bob)).toBe('needs-two');
    world.cancelAll(boot, ann);
    world.press(first, bob);
    world.empty(ALPHA);
    world.empty(BETA);
    expect(world.release(boot, ann)).toBe('same-person');
    expect(world.release(boot, bob)).toBe('ok');
  });

  it('R-30 a halt that cancelled without anybody’s factor gets its first person, then a second', () => {
    const [world, boot] = afterCrash();
    world.state = { ...world.state, phase: 'cancelling' };
    world.empty(ALPHA);
    world.empty(BETA);
    expect(world.release(boot, ann)).toBe('needs-two');
    expect(world.cancelAll(boot, ann)).toBe('ok');
    expect(world.release(boot, ann)).toBe('same-person');
    expect(world.release(boot, bob)).toBe('ok');
  });

  it('reads the first records, in which a joined press was an id and a crash was not told', () => {
    const world = new World();
    world.press();
    const { crashed: _, ...old } = { ...recordedHalt(world.state), joined: [second] };
    const state = resumedState(JSON.parse(JSON.stringify(old)), null, names, 5000 as Micros);
    expect(state).toMatchObject({ haltId: first, joined: [{ haltId: second, by: null }], crashed: true });
  });

  it('a record that can not be read starts halted', () => {
    expect(resumedState({ phase: 'fine' }, null, names, 5000 as Micros).phase).toBe('blocked');
  });
});

type Step = HaltRequest | VenueReport | { kind: 'restart'; crash: boolean };
const isRequest = (step: Step): step is HaltRequest =>
  ['press', 'cancel-all', 'take-back', 'release'].includes(step.kind);

describe('whatever happens in whatever order', () => {
  const venue = fc.constantFrom(ALPHA, BETA);
  const halt = fc.constantFrom(first, second);
  const by = fc.constantFrom(ann, bob);
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ kind: fc.constant('press' as const), haltId: halt, by, reason: fc.constant('x') }),
    fc.record({
      kind: fc.constantFrom('cancel-all' as const, 'take-back' as const, 'release' as const),
      haltId: halt,
      by,
    }),
    fc.record({
      kind: fc.constantFrom('sent' as const, 'acknowledged' as const, 'appeared' as const),
      venue,
    }),
    fc.record({ kind: fc.constant('trouble' as const), venue, sentence: fc.constant('silent') }),
    fc.record({
      kind: fc.constant('reread' as const),
      venue,
      open: fc.constantFrom(0, 0, 0, 2),
      foreign: fc.constant(0),
      inFlight: fc.constantFrom(0, 0, 0, 1),
    }),
    fc.constant({ kind: 'deadline' as const }),
    fc.record({ kind: fc.constant('restart' as const), crash: fc.boolean() }),
  );

  it('R-30 the gate is open only while trading; only zero twice at each venue is confirmed; nobody returns to trading alone, and nobody takes back what a crash left', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const world = new World();
        // The model: zeros seen in a row since the cancel, by venue.
        const zeros = new Map<VenueId, number>();
        // Whether the halt that runs began with a crash, or lived through one.
        let wentDown = false;
        for (const each of steps) {
          const before = world.state;
          if (each.kind === 'restart') {
            const last: unknown = JSON.parse(JSON.stringify(recordedHalt(before)));
            world.state = resumedState(last, each.crash ? 'crash' : null, names, world.now as Micros);
            world.gateOpen = world.state.phase === 'trading';
            wentDown ||= each.crash;
            zeros.clear();
          } else if (isRequest(each)) {
            const answer = world.ask(each);
            if (before.phase !== 'cancelling' && world.state.phase === 'cancelling') zeros.clear();
            if (
              each.kind === 'release' &&
              answer === 'ok' &&
              before.phase !== 'trading' &&
              world.state.phase === 'trading'
            ) {
              expect(before.presser).not.toBe(each.by);
              // Two people, always: the presser, or where nobody pressed whose factor cancelled.
              expect(before.presser ?? before.factorBy ?? each.by).not.toBe(each.by);
              expect(before.phase).toBe('confirmed');
            }
            if (each.kind === 'take-back' && before.phase !== 'trading' && world.state.phase === 'trading') {
              expect(before.phase).toBe('blocked');
              expect(before.presser).toBe(each.by);
              expect(before.joined.every((press) => press.by === each.by)).toBe(true);
              expect(wentDown).toBe(false);
            }
            if (world.state.phase === 'trading') wentDown = false;
          } else {
            world.see(each);
            if (each.kind === 'reread') {
              zeros.set(each.venue, each.open + each.inFlight === 0 ? (zeros.get(each.venue) ?? 0) + 1 : 0);
            } else if (each.kind === 'appeared') zeros.set(each.venue, 0);
          }
          expect(world.gateOpen).toBe(world.state.phase === 'trading');
          if (world.state.phase === 'confirmed') {
            for (const id of [ALPHA, BETA]) expect(zeros.get(id) ?? 0).toBeGreaterThanOrEqual(2);
          }
          if (before.phase !== 'trading' && world.state.phase === 'blocked')
            expect(before.phase).toBe('blocked');
        }
      }),
      { numRuns: 500 },
    );
  });

  it('can always be ended: no sequence leaves a halt that nobody can release', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const world = new World();
        for (const each of steps) {
          if (each.kind === 'restart') {
            const last: unknown = JSON.parse(JSON.stringify(recordedHalt(world.state)));
            world.state = resumedState(last, each.crash ? 'crash' : null, names, world.now as Micros);
          } else if (isRequest(each)) world.ask(each);
          else world.see(each);
        }
        const { haltId } = world.state;
        if (world.state.phase === 'trading' || haltId === null) return;
        // Two people are enough, whoever did what before.
        world.cancelAll(haltId, ann);
        world.empty(ALPHA);
        world.empty(BETA);
        expect([world.release(haltId, ann), world.release(haltId, bob)]).toContain('ok');
        expect(world.state.phase).toBe('trading');
      }),
      { numRuns: 300 },
    );
  });
});
