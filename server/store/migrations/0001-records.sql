-- The projection of the audit log: every record once, and an index of what they are found by.
-- All of it except audit_head can be thrown away and built again from the log.

CREATE TABLE cwts.records (
  seq bigint PRIMARY KEY,
  wall bigint NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  scope text NOT NULL,
  order_id text,
  client_id text,
  session text,
  flags text[] NOT NULL,
  body text NOT NULL
);
COMMENT ON TABLE cwts.records IS 'The audit log by sequence; body holds the canonical bytes, wall is ns since 1970.';

-- One row a block of 16,384 records. walls: each record's time in µs, 64-bit floats.
CREATE TABLE cwts.search_blocks (
  block integer PRIMARY KEY,
  records integer NOT NULL,
  least_wall bigint NOT NULL,
  most_wall bigint NOT NULL,
  walls bytea NOT NULL
);
ALTER TABLE cwts.search_blocks ALTER COLUMN walls SET STORAGE EXTERNAL;

-- Which term is in which record of a block; key is a hash bucket or a frequent term's own hash.
CREATE TABLE cwts.search_terms (
  block integer NOT NULL,
  key bigint NOT NULL,
  postings bytea NOT NULL,
  PRIMARY KEY (block, key)
) WITH (toast_tuple_target = 8160);
ALTER TABLE cwts.search_terms ALTER COLUMN postings SET STORAGE MAIN;

-- How far the projection is; peaks are the roots of the perfect subtrees of the log up to there.
CREATE TABLE cwts.projection (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  seq bigint NOT NULL,
  peaks bytea
);
INSERT INTO cwts.projection (seq, peaks) VALUES (0, '');
