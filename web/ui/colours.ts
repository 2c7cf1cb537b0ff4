/** The theme's colours for what is drawn and not styled: charts and the heatmap. */
export function readColours() {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    panel: read('panel'),
    raised: read('raised'),
    line: read('line'),
    text: read('text'),
    text2: read('text-2'),
    text3: read('text-3'),
    accent: read('accent'),
    up: read('up'),
    down: read('down'),
    hatch: read('hatch'),
    face: read('face'),
  };
}
