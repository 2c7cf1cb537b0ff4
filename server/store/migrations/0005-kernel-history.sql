-- What the server computed of the market, one row a figure and minute: a minute has several runs, and none is lost.
-- Values are whole millionths. No projection of the log: what is lost is lost.
CREATE TABLE cwts.kernel_history (
  origin text NOT NULL,
  figure text NOT NULL,
  minute integer NOT NULL,
  low bigint NOT NULL,
  high bigint NOT NULL,
  last bigint NOT NULL,
  runs integer NOT NULL,
  instruments integer NOT NULL,
  samples integer,
  code text NOT NULL,
  PRIMARY KEY (origin, figure, minute)
);
COMMENT ON TABLE cwts.kernel_history IS 'minute: of the newest return, since 1970; samples: columns that it is of, the fewest; code: the program that computed it last.';
-- NaN lies above every number.
DELETE FROM cwts.kernel_runs WHERE absorption > 1 OR mean_correlation > 1;
INSERT INTO cwts.kernel_history
SELECT origin, figure || '-' || horizon, minute, value, value, value, 1, instruments, samples, code
  FROM (SELECT 'absorption' AS figure, round(absorption * 1000000)::bigint AS value, * FROM cwts.kernel_runs
        UNION ALL
        SELECT 'mean-correlation', round(mean_correlation * 1000000)::bigint, * FROM cwts.kernel_runs) AS kept;
DROP TABLE cwts.kernel_runs;
