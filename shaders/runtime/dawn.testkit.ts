/**
 * WebGPU in Node for tests: Dawn on the SwiftShader that Chromium brings, the same bits as in the
 * browser (kernels.md, fact 2). Without it GPU tests are skipped with a sentence; in CI that fails.
 */
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { ensureDefined } from '../../protocol/assert.ts';
import { findAdapter, GpuContext } from './context.ts';

const folders = [process.env['CWTS_CHROMIUM'], '/usr/lib/chromium/chromium', '/usr/lib64/chromium/chromium']
  .filter((path) => path !== undefined)
  .map(dirname);
const folder = folders.find((path) => existsSync(join(path, 'vk_swiftshader_icd.json'))) ?? null;

/** Why GPU tests cannot run here; null where they can. */
export const noGpu: string | null =
  folder === null ? `No Chromium with SwiftShader (vk_swiftshader_icd.json) in ${folders.join(', ')}.` : null;
if (noGpu !== null && process.env['CI'] !== undefined) throw new Error(`${noGpu} In CI it must be there.`);
if (noGpu !== null) process.stderr.write(`GPU tests are skipped: ${noGpu}\n`);

/** Keeps a library loaded though Node finds no addon in it; Linux's RTLD_NODELETE. */
const NO_DELETE = 0x1000;

/** A `GPU` as `navigator.gpu`. Let go of it (and destroy its devices) for Node to exit. */
export async function dawn(): Promise<GPU> {
  const home = ensureDefined(folder, 'a Chromium with SwiftShader');
  process.env['VK_DRIVER_FILES'] = join(home, 'vk_swiftshader_icd.json');
  const loader = join(home, 'libvulkan.so.1');
  if (existsSync(loader)) {
    // Dawn opens `libvulkan.so.1` by name; a machine without Vulkan has only Chromium's own.
    try {
      process.dlopen({ exports: {} }, loader, constants.dlopen.RTLD_NOW | NO_DELETE);
    } catch {
      // "Module did not self-register": it is no addon, and it is loaded.
    }
  }
  const { create } = await import('webgpu');
  return create(['backend=vulkan']);
}

export async function openContext(gpu: GPU, generation = 1): Promise<GpuContext> {
  const found = await findAdapter(gpu);
  if (!found.ok) throw new Error(found.error.sentence);
  const context = await GpuContext.open(found.value, generation, () => performance.now());
  if (!context.ok) throw new Error(context.error.sentence);
  return context.value;
}
