/** Assets that a venue calls otherwise than everybody else does. */
const COMMON_NAMES: Readonly<Record<string, string>> = { XBT: 'BTC', XDG: 'DOGE' };

/** The name that people read, whatever the venue writes: `XBT` is `BTC`. */
export function assetName(venueName: string): string {
  return COMMON_NAMES[venueName] ?? venueName;
}
