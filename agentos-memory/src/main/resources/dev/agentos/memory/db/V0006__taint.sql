-- Where untrusted data came from that whoever wrote the value had seen, with commas in between; null for none.
ALTER TABLE working ADD COLUMN taint TEXT
;
