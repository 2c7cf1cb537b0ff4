import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StrategyId } from '../../protocol/units.ts';
import { codeOf, HOST, TestIdentity, value } from '../testing/identity.ts';
import { ensureStrategyKey } from './keys.ts';

const account = 'maker' as StrategyId;
let folder = '';
let desk: TestIdentity;
const start = () => ensureStrategyKey(folder, account, desk.auth);
const keyInFile = (): string => readFileSync(join(folder, 'strategy.key'), 'utf8').trim();
const says = (key: string): string => codeOf(desk.auth.services.ofKey(key));

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cwts-keys-'));
  desk = await TestIdentity.open();
  await start();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the key of the configuration’s strategy', () => {
  it('is made at the first start, kept by the next, and made anew for a file that was lost', async () => {
    const key = keyInFile();
    desk.restart();
    await start();
    expect([keyInFile(), says(key)]).toEqual([key, 'ok']);
    rmSync(join(folder, 'strategy.key'));
    await start();
    expect(keyInFile()).not.toBe(key);
    expect(says(keyInFile())).toBe('ok');
  });

  it('R-11: a start brings no revoked account back, its file there or not', async () => {
    const key = keyInFile();
    value(await desk.auth.services.revoke(account, HOST));
    desk.restart();
    await start();
    rmSync(join(folder, 'strategy.key'));
    await start();
    expect(desk.auth.services.list()).toMatchObject([{ account, revoked: true }]);
    expect(says(key)).toBe('key-unknown');
  });

  it('a start ends no key that was rotated in the console', async () => {
    const { key } = value(await desk.auth.services.rotate({ account, days: 30 }, HOST));
    desk.restart();
    await start();
    desk.clock.advance(61_000);
    expect(says(key)).toBe('ok');
    expect(desk.auth.services.list()[0]?.expiresAt).not.toBeNull();
  });
});
