import type { Locator, Page } from 'playwright/test';

/** The bar of a console that replays. */
export class ReplayBar {
  readonly bar: Locator;
  /** The recorded time. */
  readonly clock: Locator;
  readonly line: Locator;

  constructor(page: Page) {
    this.bar = page.getByRole('region', { name: 'Replay' });
    this.clock = page.getByTestId('replay-clock');
    this.line = page.getByRole('slider', { name: 'Time line of the recordings' });
  }

  button(name: string): Locator {
    return this.bar.getByRole('button', { name, exact: true });
  }

  /** Where the recordings begin, as seconds of that day. */
  async start(): Promise<number> {
    return Math.floor(Number(await this.line.getAttribute('min')) / 1000) % 86_400;
  }

  /** The recorded time as seconds of its day. */
  async seconds(): Promise<number> {
    const [hours = 0, minutes = 0, seconds = 0] = (await this.clock.innerText()).split(':').map(Number);
    return hours * 3600 + minutes * 60 + seconds;
  }
}
