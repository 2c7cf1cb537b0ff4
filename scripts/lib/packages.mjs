// Are the installed packages those of the lockfile? If not, `npm ci` installs them.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { Trouble } from './say.mjs';

/** True when each package of the lockfile stands in node_modules in its version. */
export function isInstalled(root = ROOT) {
  const hidden = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(hidden)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  let there;
  try {
    there = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  } catch {
    return false;
  }
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const found = there[path];
    // What is for another system, or optional, npm leaves out.
    if (found === undefined) return entry.optional === true || entry.devOptional === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

/** Installs exactly the lockfile. Throws Trouble with npm's own first complaint. */
export async function install(root = ROOT) {
  const npm = process.env.npm_execpath;
  const [command, args] = npm && /\.c?js$/.test(npm) ? [process.execPath, [npm, 'ci']] : ['npm', ['ci']];
  const { code, text } = await capture(command, args, root);
  if (code !== 0) {
    const said = text.split('\n').filter((row) => /^npm (error|ERR!)/.test(row));
    const first = said.map((row) => row.replace(/^npm (error|ERR!) ?(code )?/, '')).slice(0, 3);
    throw new Trouble(
      `The packages could not be installed (npm ci): ${first.join('; ') || 'npm did not say why'}.`,
    );
  }
}

function capture(command, args, cwd) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    child.stdout.on('data', (bytes) => (text += bytes));
    child.stderr.on('data', (bytes) => (text += bytes));
    child.on('error', (error) => resolve({ code: 1, text: `npm error ${error.message}` }));
    child.on('close', (code) => resolve({ code, text }));
  });
}
