/** What the device can do at most, as measured: chains of multiply and add that never leave registers. */
import type { GpuContext } from '../../shaders/runtime/context.ts';
import type { PassClock } from './pass-clock.ts';

const THREADS = 64;
/** Eight chains of four lanes a thread, two operations each. */
const FLOPS_A_STEP = 8 * 4 * 2;

const SOURCE = `
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<uniform> steps: vec4u;
@compute @workgroup_size(${THREADS})
fn chains(@builtin(global_invocation_id) id: vec3u) {
  let x = vec4f(f32(id.x & 7u)) * 1e-3 + 0.5;
  var a = x; var b = x + 0.1; var c = x + 0.2; var d = x + 0.3;
  var e = x + 0.4; var f = x + 0.5; var g = x + 0.6; var h = x + 0.7;
  for (var k = 0u; k < steps.x; k++) {
    a = fma(a, x, x); b = fma(b, x, x); c = fma(c, x, x); d = fma(d, x, x);
    e = fma(e, x, x); f = fma(f, x, x); g = fma(g, x, x); h = fma(h, x, x);
  }
  out[id.x] = a + b + c + d + e + f + g + h;
}`;

/** FLOP/s. */
export async function measuredPeak(context: GpuContext, clock: PassClock): Promise<number> {
  const { device } = context;
  const [groups, steps] = context.adapter.software ? [64, 4096] : [65535, 4096];
  const layout = context.layout({ 0: 'write', 1: 'uniform' });
  const { chains } = await context.pipelines('peak', SOURCE, { chains: layout });
  const out = device.createBuffer({ size: groups * THREADS * 16, usage: 0x80 });
  const uniform = device.createBuffer({ size: 16, usage: 0x40 | 0x8 });
  device.queue.writeBuffer(uniform, 0, Uint32Array.of(steps, 0, 0, 0));
  const entries = [out, uniform].map((buffer, binding) => ({ binding, resource: { buffer } }));
  const group = device.createBindGroup({ layout, entries });
  const run = (): Promise<void> =>
    context.scoped('peak', () => {
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(chains);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(groups);
      pass.end();
      device.queue.submit([encoder.finish()]);
    });
  await clock.time(run);
  const millis = [await clock.time(run), await clock.time(run), await clock.time(run)];
  out.destroy();
  return (groups * THREADS * steps * FLOPS_A_STEP) / (Math.min(...millis) / 1e3);
}
