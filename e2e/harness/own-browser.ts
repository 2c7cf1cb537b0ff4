import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type BrowserContext } from 'playwright/test';
import { CHROMIUM_ARGUMENTS } from '../steady.ts';

export interface OwnBrowser {
  /** Its one window, as a person's: tabs in it hide each other. */
  readonly window: BrowserContext;
  readonly close: () => Promise<void>;
}

/**
 * A Chromium that is not told to pretend. One that Playwright starts treats every page as seen and
 * in focus; in this one a tab behind another is hidden, as for a person.
 */
export async function openOwnBrowser(): Promise<OwnBrowser> {
  const profile = mkdtempSync(join(tmpdir(), 'cwts-browser-'));
  const child = spawn(
    process.env['CWTS_CHROMIUM'] ?? '/usr/bin/chromium',
    [...CHROMIUM_ARGUMENTS, '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = once(child, 'close');
  const stop = async (): Promise<void> => {
    child.kill();
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  try {
    const browser = await chromium.connectOverCDP(await addressOf(child.stderr), { noDefaults: true });
    const [window] = browser.contexts();
    if (!window) throw new Error('the browser has no window');
    return {
      window,
      close: async () => {
        await browser.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Where its debugger listens, as it says itself. */
async function addressOf(stderr: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: stderr })) {
    const found = /DevTools listening on (ws:\S+)/.exec(line)?.[1];
    if (found !== undefined) {
      // Nobody reads on, and a full pipe must not stop it.
      stderr.resume();
      return found;
    }
  }
  throw new Error('the browser did not say where its debugger listens');
}
