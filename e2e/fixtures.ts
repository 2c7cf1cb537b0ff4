/**
 * What a spec is given: for each test a real exchange and server (`desk`), the two people who work
 * at it and their administrator, and a console for whoever signs in.
 */
import { test as base, type BrowserContext } from 'playwright/test';
import { Desk, type DeskOptions } from './harness/desk.ts';
import { Person } from './harness/person.ts';
import { ConsolePage } from './pages/console.ts';
import { steadyContext } from './steady.ts';

interface Settings {
  deskOptions: DeskOptions;
}

interface Given {
  desk: Desk;
  operator: Person;
  second: Person;
  admin: Person;
  /** Opens a window with the suite's fixed settings; closed after the test. */
  openWindow: () => Promise<BrowserContext>;
  /** Signs a person in, in a window of their own, and waits until their console is live. */
  openConsole: (person: Person) => Promise<ConsolePage>;
}

export const test = base.extend<Settings & Given>({
  deskOptions: [{}, { option: true }],

  desk: async ({ deskOptions }, use, info) => {
    const desk = await Desk.start(deskOptions);
    await use(desk);
    if (info.status !== info.expectedStatus) {
      await info.attach('server', { body: desk.server.lines.join('\n') });
    }
    await desk.stop();
  },

  operator: async ({ desk }, use) => {
    await use(new Person('operator', desk));
  },
  second: async ({ desk }, use) => {
    await use(new Person('second', desk));
  },
  admin: async ({ desk }, use) => {
    await use(new Person('admin', desk));
  },

  openWindow: async ({ browser }, use) => {
    const windows: BrowserContext[] = [];
    await use(async () => {
      const context = await browser.newContext(steadyContext());
      windows.push(context);
      return context;
    });
    for (const context of windows) await context.close();
  },

  openConsole: async ({ desk, openWindow }, use) => {
    await use(async (person) => ConsolePage.open(await openWindow(), person, desk));
  },
});

export { expect } from 'playwright/test';
