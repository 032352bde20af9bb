-- +goose Up
-- A refresh rewrites its row. Half of each page stays free, so that the new version lands beside the old one.
alter table grants set (fillfactor = 50);
-- So do last-seen times and counts, if less often.
alter table sessions set (fillfactor = 80);
alter table consents set (fillfactor = 80);
alter table activity set (fillfactor = 80);

-- +goose Down
alter table activity reset (fillfactor);
alter table consents reset (fillfactor);
alter table sessions reset (fillfactor);
alter table grants reset (fillfactor);
