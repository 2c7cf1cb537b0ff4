import type { Micros } from '../../protocol/units.ts';
import { runImport } from './tool.ts';

const QUARTER = 0.25;
let doing = '';
let next = 0;

process.exitCode = await runImport(process.argv.slice(2), {
  say: (line) => console.log(line),
  now: () => (Date.now() * 1000) as Micros,
  told: (what, done) => {
    if (what !== doing) [doing, next] = [what, QUARTER];
    if (done < next) return;
    console.log(`${what}: ${Math.floor(done * 100)} %`);
    next = (Math.floor(done / QUARTER) + 1) * QUARTER;
  },
});
