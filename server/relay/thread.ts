/** The relay's thread (built to `relay-thread.js`): starts a relay on what main handed over. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { SystemClock } from '../clock.ts';
import { FrontRefused } from './front.ts';
import type { ControlToRelay, RelaySettings } from './port.ts';
import { startRelay, type RelayParts } from './relay.ts';

export interface RelayThreadData {
  readonly settings: RelaySettings;
  readonly feeds: MessagePort;
}

/** What is wrong with the port or the page, as a person can mend it. */
function explain(error: unknown, { host, port }: RelaySettings): { sentence: string; code: string } {
  if (error instanceof FrontRefused) return error.refusal;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'EADDRINUSE':
      return {
        code: 'port-busy',
        sentence: `Port ${port} is taken by another program; choose another with --port.`,
      };
    case 'EACCES':
      return {
        code: 'port-forbidden',
        sentence: `This user may not open port ${port}; choose one above 1023.`,
      };
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return { code: 'bad-host', sentence: `This machine has no address ${host} to serve the console on.` };
    default:
      return {
        code: 'relay-failed',
        sentence: `The console cannot be served: ${error instanceof Error ? error.message : String(error)}.`,
      };
  }
}

if (parentPort) {
  const main = parentPort;
  const { settings, feeds } = workerData as RelayThreadData;
  const clock = new SystemClock(settings.clockShiftMicros);
  clock.keepAnchored();
  const control: RelayParts['control'] = {
    postMessage: (message) => main.postMessage(message),
    on: (_, listener: (message: ControlToRelay) => void) => main.on('message', listener),
  };
  const started = startRelay({ settings, clock, control, feeds });
  started.catch((error: unknown) => {
    main.postMessage({ kind: 'fatal', ...explain(error, settings) });
    process.exitCode = 1;
    main.close();
    feeds.close();
  });
  main.on('message', (message: ControlToRelay) => {
    if (message.kind !== 'stop') return;
    const exit = (): never => process.exit(0);
    void started.then((relay) => relay.close()).then(exit, exit);
  });
}
