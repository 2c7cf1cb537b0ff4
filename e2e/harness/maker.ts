import type { Desk } from './desk.ts';
import { Program } from './program.ts';

/** The sample market maker of `sdk/samples/`, as a person starts it. */
export function startMaker(desk: Desk): Program {
  const args = ['--url', desk.control, '--key-file', desk.strategyKeyFile];
  return desk.takeAlong(new Program('sdk/samples/maker', args));
}
