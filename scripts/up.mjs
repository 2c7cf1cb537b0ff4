// `npm run up`. This file is readable for a Node of any age, so that an old one gets its sentence;
// the work is in up/run.mjs.
import { tooOld } from './lib/node-version.mjs';

var trouble = tooOld(process.version);
if (trouble) {
  console.error(trouble);
  process.exit(1);
} else {
  import('./up/run.mjs').then(function (up) {
    return up.run(process.argv.slice(2));
  });
}
