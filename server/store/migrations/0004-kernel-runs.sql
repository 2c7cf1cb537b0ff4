-- What the server computed of the market, one row a horizon and minute. No projection: what is lost is lost.
CREATE TABLE cwts.kernel_runs (
  origin text NOT NULL,
  horizon text NOT NULL,
  minute integer NOT NULL,
  instruments integer NOT NULL,
  samples integer NOT NULL,
  absorption double precision NOT NULL,
  mean_correlation double precision NOT NULL,
  clusters integer NOT NULL,
  backend text NOT NULL,
  code text NOT NULL,
  PRIMARY KEY (origin, horizon, minute)
);
COMMENT ON TABLE cwts.kernel_runs IS 'minute: of the newest return, since 1970; samples: columns that it is of; code: the program that computed it.';
