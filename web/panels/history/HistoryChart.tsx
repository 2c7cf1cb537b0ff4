import {
  BarSeries,
  ColorType,
  CrosshairMode,
  HistogramSeries,
  LineSeries,
  createChart,
  type IChartApi,
  type ISeriesApi,
  type UTCTimestamp,
} from 'lightweight-charts';
import { useEffect, useRef, useState } from 'react';
import { useView } from '../../app/services.ts';
import { readColours } from '../../ui/colours.ts';
import { tickMark } from '../candles/time-axis.ts';
import { FIGURES, timeText, type Subject } from './history-words.ts';
import { unknownBuckets, type Line, type Span } from './lines.ts';

interface Drawn {
  readonly chart: IChartApi;
  readonly shades: ISeriesApi<'Histogram'>;
  readonly bars: readonly ISeriesApi<'Bar'>[];
  readonly dots: readonly ISeriesApi<'Line'>[];
}

const ONE = 1_000_000;

/**
 * The server's points as bars from the lowest to the highest with the last as a tick, this tab's as dots: no line
 * leads over a time of which nothing is known, and a shade stands where neither knows anything.
 */
export function HistoryChart({
  label,
  lines,
  subject,
  span,
  stale,
}: {
  readonly label: string;
  readonly lines: readonly Line[];
  readonly subject: Subject;
  readonly span: Span;
  readonly stale: boolean;
}) {
  const { figures, axis } = subject;
  const theme = useView('preferences', (view) => view.shown);
  const box = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn | null>(null);
  const [pointed, setPointed] = useState<number | null>(null);

  useEffect(() => {
    if (!box.current) return;
    const chart = createChart(box.current, {
      autoSize: true,
      // Its logo brings a style element, which the CSP refuses; the attribution is in About.
      layout: { attributionLogo: false },
      crosshair: { mode: CrosshairMode.Normal },
      handleScroll: false,
      handleScale: false,
    });
    const shades = chart.addSeries(HistogramSeries, {
      priceScaleId: 'gap',
      lastValueVisible: false,
      priceLineVisible: false,
    });
    chart.priceScale('gap').applyOptions({ scaleMargins: { top: 0, bottom: 0 } });
    const priceFormat = { type: 'custom', minMove: 0.001, formatter: axis } as const;
    const common = { lastValueVisible: false, priceLineVisible: false, priceFormat } as const;
    const bars = figures.map(() => chart.addSeries(BarSeries, { ...common, openVisible: false }));
    const dots = figures.map(() =>
      chart.addSeries(LineSeries, {
        ...{ ...common, lineVisible: false, crosshairMarkerVisible: false },
        ...{ pointMarkersVisible: true, pointMarkersRadius: 3 },
      }),
    );
    chart.subscribeCrosshairMove(({ time }) => setPointed(typeof time === 'number' ? time * ONE : null));
    drawn.current = { chart, shades, bars, dots };
    return () => {
      drawn.current = null;
      chart.remove();
    };
  }, [figures, axis]);

  useEffect(() => {
    if (!drawn.current) return;
    const { chart, shades, bars, dots } = drawn.current;
    const colours = readColours();
    chart.applyOptions({
      layout: {
        background: { type: ColorType.Solid, color: 'transparent' },
        textColor: colours.text3,
        fontFamily: colours.face,
        fontSize: 11,
      },
      grid: { vertLines: { visible: false }, horzLines: { color: colours.line } },
      rightPriceScale: { borderColor: colours.line },
      timeScale: { borderColor: colours.line, timeVisible: true, tickMarkFormatter: tickMark },
    });
    shades.applyOptions({ color: colours.hatch });
    const own = [colours.accent, colours.text2];
    figures.forEach((_, at) => {
      const color = own[at] ?? colours.text2;
      bars[at]?.applyOptions({ upColor: color, downColor: color });
      dots[at]?.applyOptions({ color });
    });
  }, [theme, figures]);

  useEffect(() => {
    if (!drawn.current) return;
    const { chart, shades, bars, dots } = drawn.current;
    const times = Array.from(
      { length: (span.to - span.from) / span.bucket },
      (_, k) => span.from + k * span.bucket,
    );
    const unknown = new Set(unknownBuckets(lines, span));
    shades.setData(
      times.map((at) => (unknown.has(at) ? { time: seconds(at), value: 1 } : { time: seconds(at) })),
    );
    figures.forEach((figure, at) => {
      const points = (from: Line['from']) =>
        lines.find((line) => line.figure === figure && line.from === from)?.points ?? [];
      bars[at]?.setData(
        points('server').map(({ at: begin, low, high, last }) => ({
          ...{ time: seconds(begin), open: last / ONE, close: last / ONE },
          ...{ high: high / ONE, low: low / ONE },
        })),
      );
      dots[at]?.setData(
        points('tab').map(({ at: begin, last }) => ({ time: seconds(begin), value: last / ONE })),
      );
    });
    chart.timeScale().fitContent();
  }, [lines, figures, span]);

  return (
    <>
      <div className={stale ? 'history-chart stale' : 'history-chart'} role="img" aria-label={label}>
        <div ref={box} className="fill" aria-hidden />
      </div>
      <p className="history-read" data-mask="clock">
        {readOut(lines, pointed)}
      </p>
    </>
  );
}

/** What stands under the pointer, and who computed it. */
function readOut(lines: readonly Line[], at: number | null): string {
  if (at === null) return 'Point at the chart for values, or choose Table.';
  const said = lines.flatMap(({ figure, from, points }) => {
    const point = points.find((each) => each.at === at);
    const { name, format } = FIGURES[figure];
    const whose = from === 'server' ? 'server' : 'this tab';
    return point
      ? [`${name} ${format(point.last)} (${format(point.low)} … ${format(point.high)}, ${whose})`]
      : [];
  });
  return `${timeText(at)} UTC · ${said.length > 0 ? said.join(' · ') : 'not computed'}`;
}

// Only here, on the way to the picture, does money become a float.
const seconds = (micros: number): UTCTimestamp => (micros / ONE) as UTCTimestamp;
