/** Program of `npm run store` (built to store-tool.js). */
import { runStoreTool } from './tool.ts';

process.exitCode = await runStoreTool(process.argv.slice(2), {
  say: (line) => console.log(line),
  progress: (line) => console.error(line),
});
