import type { BrowserContext } from 'playwright/test';
import { expect, test } from '../fixtures.ts';
import { ConsolePage, PANEL_NAMES } from '../pages/console.ts';

/** What this window was refused, by its own events and by what the browser says of its workers. */
async function violations(context: BrowserContext): Promise<string[]> {
  const seen: string[] = [];
  await context.exposeFunction('cwtsViolation', (text: string) => seen.push(text));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const told = globalThis as unknown as { cwtsViolation: (text: string) => void };
      told.cwtsViolation(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  context.on('console', (message) => {
    if (/Content Security Policy|Trusted ?Type|Permissions[ -]Policy/i.test(message.text()))
      seen.push(message.text());
  });
  return seen;
}

test('every panel keeps to the page’s own policy: no inline script, no text that becomes one', async ({
  desk,
  operator,
  openWindow,
}) => {
  const window = await openWindow();
  const seen = await violations(window);
  const view = await ConsolePage.open(window, operator, desk);
  for (const preset of ['Risk', 'Trader', 'Incident', 'Wall']) await view.run(`Layout preset: ${preset}`);
  await view.run('Layout preset: Risk');
  for (const name of PANEL_NAMES) await view.show(name);
  await view.page.keyboard.press('Control+k');
  await expect(view.palette).toBeFocused();
  await view.page.keyboard.press('Escape');
  expect(seen).toEqual([]);

  await test.step('and the policy is there: what an injected script would do is refused, and seen', async () => {
    const refused = await view.page.evaluate(() => {
      const attempts: Record<string, () => unknown> = {
        'markup from a text': () =>
          (document.createElement('div').innerHTML = '<img src=x onerror=alert(1)>'),
        'a script from a text': () => (document.createElement('script').text = 'alert(1)'),
        'a worker from a text': () => new Worker('/assets/other.js'),
        'a policy of its own': () =>
          (
            globalThis as unknown as {
              trustedTypes: { createPolicy: (name: string, rules: object) => unknown };
            }
          ).trustedTypes.createPolicy('mine', { createHTML: (text: string) => text }),
      };
      return Object.entries(attempts)
        .filter(([, attempt]) => {
          try {
            attempt();
            return false;
          } catch {
            return true;
          }
        })
        .map(([name]) => name);
    });
    expect(refused).toEqual([
      'markup from a text',
      'a script from a text',
      'a worker from a text',
      'a policy of its own',
    ]);
    await expect.poll(() => seen.length).toBeGreaterThan(0);
  });
});
