/** A WGSL file as text: vite and vitest load `?raw` imports so. */
declare module '*.wgsl?raw' {
  const source: string;
  export default source;
}
