-- +goose Up
-- A refresh rewrites its row. Half of each page stays free, so that the new version lands beside the old one.
alter table grants set (fillfactor = 50);

-- +goose Down
alter table grants reset (fillfactor);
