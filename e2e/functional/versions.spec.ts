import { expect, test } from '../fixtures.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';

for (const [protocol, title, whatToDo] of [
  [PROTOCOL_VERSION + 1, 'This console must be upgraded', 'Load the newer console'],
  [PROTOCOL_VERSION - 1, 'The server must be upgraded', 'Tell whoever runs the server'],
] as const) {
  test.describe(`a server that speaks protocol ${protocol}`, () => {
    test.use({ deskOptions: { protocol } });

    test(`the page says which side is older: ${title}`, async ({ desk, operator, openWindow }) => {
      const context = await openWindow();
      await operator.signIn(context);
      const page = await context.newPage();
      await page.goto(desk.console);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
      await expect(page.getByRole('main')).toContainText(whatToDo);
      await expect(page.getByLabel('Always in sight'), 'no half-working console').toHaveCount(0);
    });
  });
}
