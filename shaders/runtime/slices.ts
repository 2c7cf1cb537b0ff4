/** Effects: long dispatches in slices, so that none holds the GPU longer than frames allow. */
import type { GpuContext } from './context.ts';
import type { Pacer } from './pacer.ts';

/** A dispatch of workgroups in one row that can be done in parts. */
export interface Sliced {
  readonly groups: number;
  /** Units of work a workgroup, as the pacer counts them. */
  readonly unit: number;
  /** Records the workgroups first … first + count − 1; called when all before it is submitted. */
  readonly record: (pass: GPUComputePassEncoder, first: number, count: number) => void;
}

/**
 * Does the dispatches in their order. What fits into one slice goes to the queue at once, and `end`
 * (copies) with it; else each slice is waited for and its time told to the pacer.
 *
 * @throws GpuFault naming `what`, or what the device throws when it is lost.
 */
export async function inSlices(
  context: GpuContext,
  pacer: Pacer,
  what: string,
  dispatches: readonly Sliced[],
  end: (encoder: GPUCommandEncoder) => void,
): Promise<void> {
  const all = dispatches.reduce((sum, { groups, unit }) => sum + groups * unit, 0);
  const submit = (record: (pass: GPUComputePassEncoder) => void, last: boolean): Promise<void> =>
    context.scoped(what, () => {
      const encoder = context.device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      record(pass);
      pass.end();
      if (last) end(encoder);
      context.device.queue.submit([encoder.finish()]);
    });
  if (all <= pacer.slice) {
    const started = context.now();
    await submit((pass) => {
      for (const { groups, record } of dispatches) record(pass, 0, groups);
    }, true);
    // Not waited for: whoever reads back waits anyway, and a lost device is told of there.
    context.device.queue.onSubmittedWorkDone().then(
      () => pacer.took(all, context.now() - started),
      () => undefined,
    );
    return;
  }
  for (const [at, { groups, unit, record }] of dispatches.entries()) {
    for (let first = 0; first < groups;) {
      const count = Math.min(groups - first, Math.max(1, Math.floor(pacer.slice / unit)));
      const last = at === dispatches.length - 1 && first + count === groups;
      const from = first;
      const started = context.now();
      await submit((pass) => record(pass, from, count), last);
      await context.device.queue.onSubmittedWorkDone();
      pacer.took(count * unit, context.now() - started);
      context.answered();
      first += count;
    }
  }
}
