import {
  CandlestickSeries,
  ColorType,
  CrosshairMode,
  HistogramSeries,
  createChart,
  type CandlestickData,
  type HistogramData,
  type IChartApi,
  type ISeriesApi,
  type UTCTimestamp,
} from 'lightweight-charts';
import { useEffect, useMemo, useRef } from 'react';
import type { Instrument } from '../../../protocol/instrument.ts';
import type { Candle, CandlesReply } from '../../../protocol/messages.ts';
import { useServices, useView } from '../../app/services.ts';
import { readColours } from '../../ui/colours.ts';
import { priceDecimals } from '../../ui/price.ts';
import { atMost } from '../../ui/at-most.ts';
import { plural } from '../../ui/format.ts';
import { foldTrades, tradesAfter } from './fold-trades.ts';
import { gapTimes, INTERVALS, type Interval } from './gaps.ts';
import { tickMark } from './time-axis.ts';

interface Drawn {
  readonly chart: IChartApi;
  readonly prices: ISeriesApi<'Candlestick'>;
  readonly volumes: ISeriesApi<'Histogram'>;
  readonly shades: ISeriesApi<'Histogram'>;
}

/**
 * Candles and volume of one instrument; the last candle is moved by trades as they are painted. Where
 * something was not watched, a shade stands behind the candles, and no line leads over it.
 */
export function CandleChart({
  instrument,
  interval,
  candles,
  gaps,
  stale,
}: {
  readonly instrument: Instrument;
  readonly interval: Interval;
  readonly candles: readonly Candle[];
  readonly gaps: Extract<CandlesReply, { ok: true }>['gaps'];
  readonly stale: boolean;
}) {
  const { span, spoken } = INTERVALS[interval];
  const { market } = useServices();
  const theme = useView('preferences', (view) => view.shown);
  const box = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn | null>(null);
  /** Until a person moves the chart, it keeps showing the newest at any size. */
  const moved = useRef(false);
  const scale = useMemo(() => instrument.tickStep / 10 ** instrument.priceScale, [instrument]);

  useEffect(() => {
    if (!box.current) return;
    const chart = createChart(box.current, {
      autoSize: true,
      // Its logo brings a style element, which the CSP refuses; the attribution is in About.
      layout: { attributionLogo: false },
      crosshair: { mode: CrosshairMode.Normal },
    });
    const format = {
      type: 'price',
      precision: priceDecimals(instrument),
      minMove: scale,
    } as const;
    // Added first, so that it lies behind.
    const shades = chart.addSeries(HistogramSeries, {
      priceScaleId: 'gap',
      lastValueVisible: false,
      priceLineVisible: false,
    });
    chart.priceScale('gap').applyOptions({ scaleMargins: { top: 0, bottom: 0 } });
    const prices = chart.addSeries(CandlestickSeries, { priceFormat: format, priceLineVisible: true });
    const volumes = chart.addSeries(HistogramSeries, {
      priceScaleId: 'volume',
      priceFormat: { type: 'volume' },
      lastValueVisible: false,
      priceLineVisible: false,
    });
    chart.priceScale('volume').applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } });
    chart.priceScale('right').applyOptions({ scaleMargins: { top: 0.08, bottom: 0.2 } });
    drawn.current = { chart, prices, volumes, shades };
    moved.current = false;
    const touched = (): void => {
      moved.current = true;
    };
    const parent = box.current;
    parent.addEventListener('wheel', touched, { passive: true });
    parent.addEventListener('pointerdown', touched);
    chart.timeScale().subscribeSizeChange(() => {
      if (!moved.current) showLast(chart, prices.data().length);
    });
    return () => {
      parent.removeEventListener('wheel', touched);
      parent.removeEventListener('pointerdown', touched);
      drawn.current = null;
      chart.remove();
    };
  }, [instrument, scale]);

  useEffect(() => {
    const colours = readColours();
    if (!drawn.current) return;
    const { chart, prices, volumes, shades } = drawn.current;
    chart.applyOptions({
      layout: {
        background: { type: ColorType.Solid, color: 'transparent' },
        textColor: colours.text3,
        fontFamily: colours.face,
        fontSize: 11,
      },
      grid: { vertLines: { color: colours.line, visible: false }, horzLines: { color: colours.line } },
      rightPriceScale: { borderColor: colours.line },
      timeScale: {
        borderColor: colours.line,
        timeVisible: true,
        secondsVisible: interval === '1s',
        rightOffset: 3,
        tickMarkFormatter: tickMark,
      },
    });
    prices.applyOptions({
      upColor: colours.panel,
      borderUpColor: colours.up,
      wickUpColor: colours.up,
      downColor: colours.down,
      borderDownColor: colours.down,
      wickDownColor: colours.down,
      priceLineColor: colours.text3,
    });
    volumes.applyOptions({ color: colours.line });
    shades.applyOptions({ color: colours.hatch });
  }, [theme, instrument, interval, scale]);

  useEffect(() => {
    if (!drawn.current) return;
    const { prices, volumes, shades, chart } = drawn.current;
    const missing = gapTimes(gaps, span);
    const known = new Set<number>(candles.map(([at]) => at));
    const holes = missing.filter((at) => !known.has(at)).map((at) => ({ time: seconds(at) }));
    const bars = [...candles.map((candle) => bar(candle, scale)), ...holes];
    prices.setData(bars.sort((a, b) => a.time - b.time));
    volumes.setData(candles.map(volume));
    shades.setData(missing.map((at) => ({ time: seconds(at), value: 1 })));
    if (!moved.current) showLast(chart, bars.length);

    let last = candles.at(-1);
    // What was traded before the candles were read is in them already.
    let seen = market.getState().trades.get(instrument.index)?.[0]?.number ?? null;
    const follow = (): void => {
      const after = tradesAfter(market.getState().trades.get(instrument.index) ?? [], seen);
      seen = after.seen;
      for (const candle of foldTrades(last, after.fresh, span)) {
        prices.update(bar(candle, scale));
        volumes.update(volume(candle));
        last = candle;
      }
    };
    // Each update draws the whole chart: nobody reads a candle twenty times a second.
    const { ask, stop } = atMost(REDRAW_MS, follow);
    const unsubscribe = market.subscribe((view, before) => {
      if (view.trades !== before.trades) ask();
    });
    return () => {
      stop();
      unsubscribe();
    };
  }, [candles, gaps, market, instrument, scale, span]);

  const last = candles.at(-1);
  const label = last
    ? `${instrument.name}, ${candles.length} candles of ${spoken}, ${plural(gaps.length, 'gap')}, last close ${(last[4] * scale).toFixed(priceDecimals(instrument))}`
    : `${instrument.name}, no candles`;
  return (
    <div className={stale ? 'chart stale' : 'chart'} role="img" aria-label={label}>
      <div ref={box} className="fill" aria-hidden />
    </div>
  );
}

const SHOWN = 120;
const REDRAW_MS = 250;

function showLast(chart: IChartApi, candles: number): void {
  if (candles === 0) return;
  chart.timeScale().setVisibleLogicalRange({ from: Math.max(0, candles - SHOWN), to: candles + 2 });
}

// Only here, on the way to the picture, do prices become floats.
function bar([at, open, high, low, close]: Candle, scale: number): CandlestickData<UTCTimestamp> {
  return {
    time: seconds(at),
    open: open * scale,
    high: high * scale,
    low: low * scale,
    close: close * scale,
  };
}

function volume([at, , , , , lots]: Candle): HistogramData<UTCTimestamp> {
  return { time: seconds(at), value: lots };
}

const seconds = (micros: number): UTCTimestamp => (micros / 1_000_000) as UTCTimestamp;
