import { launch, type Launched, type Outcome } from './launcher.ts';
import { join } from 'node:path';
import type { Site } from './person.ts';
import type { StrategyEntrance } from './strategy.ts';
import { readFileSync } from 'node:fs';

/** A console that `npm run up` started, as the person in front of the terminal sees it. */
export class LaunchedSite implements Site, StrategyEntrance {
  readonly up: Launched;
  readonly dataDir: string;
  readonly console: string;

  private constructor(up: Launched, dataDir: string, console: string) {
    this.up = up;
    this.dataDir = dataDir;
    this.console = console;
  }

  /** Starts it on free ports and waits until it says that it is ready. */
  static async start(folder: string, args: readonly string[] = []): Promise<LaunchedSite> {
    const dataDir = join(folder, 'data');
    const up = launch('up.mjs', ['--port', '0', '--data', dataDir, '--no-open', ...args]);
    await up.prints(/Ctrl-C stops everything/);
    const [, console = ''] = await up.prints(/Console {2}(http:\/\/localhost:\d+)/);
    return new LaunchedSite(up, dataDir, console);
  }

  get control(): string {
    return (JSON.parse(readFileSync(join(this.dataDir, 'run.json'), 'utf8')) as { control: string }).control;
  }

  get strategyKeyFile(): string {
    return join(this.dataDir, 'strategy.key');
  }

  link(user: string): string {
    const [, url = ''] = new RegExp(`^ +${user} +(http\\S+)$`, 'm').exec(this.up.out) ?? [];
    return url;
  }

  wallMs(): number {
    return Date.now();
  }

  stop(): Promise<Outcome> {
    return this.up.interrupt();
  }
}
