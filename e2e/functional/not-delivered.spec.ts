import { expect, test } from '../fixtures.ts';
import { auditRecords } from '../harness/audit.ts';
import type { Desk } from '../harness/desk.ts';
import { countOpenOrders, outsideAccount, placeOutside } from '../harness/venue.ts';
import type { HaltDrawer } from '../pages/halt.ts';

/** Of the halt as the log has it: what a press did, and what joined a halt that ran already. */
function pressRecords(desk: Desk) {
  return auditRecords(desk.dataDir).filter(({ action }) => action === 'halt.press');
}

/** Seconds of age and sendings that the alert tells now. */
async function told({ notDelivered }: HaltDrawer): Promise<{ age: number; sendings: number }> {
  const text = await notDelivered.innerText();
  const [, age = 'NaN', unit = ''] = /([\d.]+)\s*(ms|s|min)\b/.exec(text) ?? [];
  const [, sendings = 'NaN'] = /Sent (\d+) times/.exec(text) ?? [];
  return { age: Number(age) * ({ ms: 0.001, s: 1, min: 60 }[unit] ?? NaN), sendings: Number(sendings) };
}

/** Presses, and waits until the alert has told of a growing age and of further sendings. */
async function pressUnheard(halt: HaltDrawer): Promise<void> {
  await halt.press();
  await expect(halt.notDelivered).toBeVisible();
  await expect.poll(async () => (await told(halt)).age).toBeGreaterThan(1);
  const before = await told(halt);
  await expect.poll(async () => (await told(halt)).age).toBeGreaterThan(before.age);
  await expect.poll(async () => (await told(halt)).sendings).toBeGreaterThan(before.sendings);
}

test('R-18 a press that a hung server does not hear is NOT DELIVERED, with its age, until it is: once', async ({
  desk,
  operator,
  openConsole,
}) => {
  const account = outsideAccount(desk);
  await placeOutside(account);
  const { halt } = await openConsole(operator);

  desk.server.signal('SIGSTOP');
  await pressUnheard(halt);
  expect(pressRecords(desk)).toHaveLength(0);
  expect(await countOpenOrders(account)).toBe(1);

  desk.server.signal('SIGCONT');
  await halt.expectState('blocked, not cancelled');
  await expect(halt.notDelivered).toHaveCount(0);
  await expect(halt.drawer).toContainText(/This press was delivered .*, \d+ sendings?\./);

  await test.step('of all the sendings, one pressed', async () => {
    await halt.cancelAll(operator.code('halt'));
    await halt.expectState('zero confirmed');
    const records = pressRecords(desk);
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({ actor: 'operator' });
  });
});

test('R-18 a press while the server is dead is delivered to the next one, in the presser’s name, once', async ({
  desk,
  operator,
  openConsole,
}) => {
  const account = outsideAccount(desk);
  await placeOutside(account);
  const view = await openConsole(operator);
  await desk.server.stop('SIGKILL');
  await expect(view.banners).toContainText('Server unreachable');
  await pressUnheard(view.halt);

  await desk.startServer();
  await expect(view.halt.notDelivered).toHaveCount(0);
  await expect(view.halt.drawer).toContainText(/This press was delivered/);
  // It came up halted after its crash; the press joins that halt.
  await view.halt.expectState('blocked, not cancelled');
  await view.halt.cancelAll(operator.code('halt'));
  await view.halt.expectState('zero confirmed');
  expect(await countOpenOrders(account)).toBe(0);
  expect(pressRecords(desk)).toHaveLength(1);
});
