declare const __CONSOLE_VERSION__: string;

/** The page's own version, written in by the build. */
export function consoleVersion(): string {
  return __CONSOLE_VERSION__;
}
