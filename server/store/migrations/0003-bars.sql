-- Minute bars of market data. No projection: what is lost here is only where the venue still has it.

-- A bar's whole numbers mean something only with the ticks and lots that they were counted in.
CREATE TABLE cwts.bar_instruments (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  origin text NOT NULL,
  venue text NOT NULL,
  symbol text NOT NULL,
  price_scale integer NOT NULL,
  tick_step bigint NOT NULL,
  size_scale integer NOT NULL,
  lot_step bigint NOT NULL,
  UNIQUE (origin, venue, symbol, price_scale, tick_step, size_scale, lot_step)
);
COMMENT ON COLUMN cwts.bar_instruments.origin IS 'LIVE, PAPER or SIM: what is simulated is never taken for real.';

CREATE TABLE cwts.bars (
  minute integer NOT NULL,
  instrument integer NOT NULL,
  open bigint NOT NULL,
  high bigint NOT NULL,
  low bigint NOT NULL,
  close bigint NOT NULL,
  volume bigint NOT NULL,
  buys bigint,
  trades integer NOT NULL,
  covered integer NOT NULL,
  mid bigint NOT NULL,
  PRIMARY KEY (minute, instrument)
);
COMMENT ON TABLE cwts.bars IS 'minute: since 1970; prices in ticks (0 without trades), sizes in lots, mid in half ticks (0 = not known); covered: µs of it that were watched, 60,000,000 = no gap; buys NULL = the venue''s own candle.';
