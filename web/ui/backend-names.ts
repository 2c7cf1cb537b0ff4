/** As the console calls them; `Compute backend: …` in the palette says more. */
export const BACKEND_NAMES = { webgpu: 'WebGPU', wasm: 'WASM', typescript: 'TypeScript' } as const;
