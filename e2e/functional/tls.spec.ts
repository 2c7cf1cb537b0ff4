import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '../fixtures.ts';
import { makeCertificate } from '../harness/certificate.ts';
import { ConsolePage } from '../pages/console.ts';
import { steadyContext } from '../steady.ts';

const { certFile, keyFile } = makeCertificate(mkdtempSync(join(tmpdir(), 'cwts-tls-')));

test.use({
  deskOptions: {
    instruments: 8,
    config: (toml) =>
      toml.replace(
        '[console]\n',
        `[console]\ntls_cert = ${JSON.stringify(certFile)}\ntls_key = ${JSON.stringify(keyFile)}\n`,
      ),
  },
});

test('over TLS of its own the session is a cookie of this very host, never read by a page nor sent in the clear', async ({
  browser,
  desk,
  operator,
}) => {
  expect(desk.console).toMatch(/^https:/);
  // Nobody signed the certificate; here alone that is passed over.
  const context = await browser.newContext({ ...steadyContext(), ignoreHTTPSErrors: true });
  const view = await ConsolePage.open(context, operator, desk);
  const { page } = view;

  await test.step('the cookie', async () => {
    const cookies = await context.cookies();
    expect(cookies).toMatchObject([
      {
        name: '__Host-cwts_session',
        domain: 'localhost',
        path: '/',
        secure: true,
        httpOnly: true,
        sameSite: 'Strict',
      },
    ]);
    expect(await page.evaluate(() => document.cookie)).toBe('');
  });

  await test.step('the page runs as it does on loopback: isolated, and live over its socket', async () => {
    expect(await page.evaluate(() => [isSecureContext, crossOriginIsolated])).toEqual([true, true]);
    await view.halt.press();
    await view.halt.expectState('blocked, not cancelled');
  });

  await test.step('a reload is still signed in; signing out takes the cookie away', async () => {
    await page.reload();
    await view.waitUntilLive();
    await view.run('Sign out');
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
    expect(await context.cookies()).toEqual([]);
  });

  await test.step('plain HTTP to the same port is answered nothing', async () => {
    await expect(fetch(desk.console.replace('https:', 'http:'))).rejects.toThrow();
  });
  await context.close();
});
