-- What retention looks for: by the time of their end, those that nobody comes back to.
CREATE INDEX approvals_settled ON approvals (settled_s, ticket) WHERE state <> 'PENDING' AND turn IS NULL
;
