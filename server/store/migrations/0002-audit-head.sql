-- Signed heads of the audit log, put here as an anchor: never emptied by a rebuild, so that a log
-- that was cut or replaced shows.

CREATE TABLE cwts.audit_head (
  size bigint NOT NULL,
  root text NOT NULL,
  checkpoint text NOT NULL,
  signed_at bigint NOT NULL,
  anchored_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (size, root)
);
