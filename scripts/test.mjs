// `npm test`: does its own set-up, runs every stage, ends with `N passed, M failed`.
import { tooOld } from './lib/node-version.mjs';

var trouble = tooOld(process.version);
if (trouble) {
  console.error(trouble);
  process.exit(1);
} else {
  import('./test/run.mjs').then(function (test) {
    return test.run(process.argv.slice(2));
  });
}
