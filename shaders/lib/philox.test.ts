import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Buffers, readBack } from '../runtime/buffers.ts';
import type { GpuContext } from '../runtime/context.ts';
import { dawn, noGpu, openContext } from '../runtime/dawn.testkit.ts';
import { philox4x32 } from './philox.ts';
import source from './philox.wgsl?raw';

/** Counter, key and output of Random123's tests/kat_vectors, `philox4x32 10`. */
const KNOWN = [
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
] as const;

/** The definition, in exact integers. */
function philoxReference(counter: readonly number[], key: readonly number[]): number[] {
  const word = (x: bigint): bigint => x & 0xffffffffn;
  let [c0 = 0n, c1 = 0n, c2 = 0n, c3 = 0n] = counter.map(BigInt);
  let [k0 = 0n, k1 = 0n] = key.map(BigInt);
  for (let round = 0; round < 10; round++) {
    const [p0, p1] = [0xd2511f53n * c0, 0xcd9e8d57n * c2];
    [c0, c1, c2, c3] = [(p1 >> 32n) ^ c1 ^ k0, word(p1), (p0 >> 32n) ^ c3 ^ k1, word(p0)];
    [k0, k1] = [word(k0 + 0x9e3779b9n), word(k1 + 0xbb67ae85n)];
  }
  return [c0, c1, c2, c3].map(Number);
}

const u32 = fc.oneof(fc.nat(0xffffffff), fc.constantFrom(0, 1, 0xffff, 0x10000, 0x7fffffff, 0xffffffff));
const block = fc.tuple(fc.tuple(u32, u32, u32, u32), fc.tuple(u32, u32));

describe('Philox4x32-10', () => {
  test.each(KNOWN)('of counter %j, key %j is what Random123 publishes', (counter, key, expected) => {
    expect([...philox4x32(counter, key)]).toEqual(expected);
  });

  test('equals its definition in exact integers for any counter and key, in arrays of any kind', () => {
    fc.assert(
      fc.property(block, ([counter, key]) => {
        const expected = philoxReference(counter, key);
        expect([...philox4x32(counter, key)]).toEqual(expected);
        expect([...philox4x32(Uint32Array.from(counter), Int32Array.from(key))]).toEqual(expected);
      }),
    );
  });

  test('writes where it is told', () => {
    const out = new Uint32Array(4);
    expect(philox4x32([0, 0, 0, 0], [0, 0], out)).toBe(out);
    expect(out[3]).toBe(0x9b00dbd8);
  });
});

describe.skipIf(noGpu !== null)('Philox4x32-10 in WGSL', () => {
  let gpu: GPU | null = null;
  let context: GpuContext;
  beforeAll(async () => {
    gpu = await dawn();
    context = await openContext(gpu);
  });
  afterAll(() => {
    context.close();
    gpu = null;
  });

  test('draws the words of the TypeScript', async () => {
    const blocks = [...KNOWN.map(([counter, key]) => [counter, key] as const), ...fc.sample(block, 61)];
    const input = Uint32Array.from(blocks.flatMap(([counter, key]) => [...counter, ...key, 0, 0]));
    const layout = context.layout({ 0: 'read', 1: 'write' });
    const { draw } = await context.pipelines(
      'philox',
      `${source}
      struct Block { counter: vec4u, key: vec2u }
      @group(0) @binding(0) var<storage, read> blocks: array<Block>;
      @group(0) @binding(1) var<storage, read_write> words: array<vec4u>;
      @compute @workgroup_size(64) fn draw(@builtin(global_invocation_id) id: vec3u) {
        words[id.x] = philox4x32(blocks[id.x].counter, blocks[id.x].key);
      }`,
      { draw: layout },
    );
    const buffers = new Buffers(context);
    const bytes = blocks.length * 16;
    const staged = await context.scoped('philox', () => {
      const out = buffers.get('words', 'output', bytes);
      const bound = [buffers.upload('blocks', 'input', input), out];
      const encoder = context.device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(draw);
      const entries = bound.map((buffer, binding) => ({ binding, resource: { buffer } }));
      pass.setBindGroup(0, context.device.createBindGroup({ layout, entries }));
      pass.dispatchWorkgroups(1);
      pass.end();
      const staging = buffers.get('staging', 'staging', bytes);
      encoder.copyBufferToBuffer(out, 0, staging, 0, bytes);
      context.device.queue.submit([encoder.finish()]);
      return staging;
    });
    const drawn = new Uint32Array(await readBack(staged, bytes));
    expect([...drawn]).toEqual(blocks.flatMap(([counter, key]) => [...philox4x32(counter, key)]));
  });
});
