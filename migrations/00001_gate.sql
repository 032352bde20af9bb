-- +goose Up

-- Times are microseconds since 1970 UTC, given by the program. Ids are 16 bytes, the first 6 of them the milliseconds
-- of their making; where a column must not be null, 16 zero bytes stand for nobody. Lists are separated by single spaces
-- where their items have none, and JSON otherwise. One text runs on PostgreSQL and on SQLite, where `bytea` is just a
-- name for a blob.

create table organizations (
    id         bytea  not null primary key,
    slug       text   not null unique,
    name       text   not null,
    parent_id  bytea  references organizations (id),
    level      text   not null default '',
    created_at bigint not null,
    updated_at bigint not null
);

create table users (
    id                  bytea   not null primary key,
    email               text    not null,
    email_key           text    not null unique, -- the normalised address; sign-in looks here
    name                text    not null default '',
    password_hash       text    not null default '', -- PHC string; empty: no password sign-in
    password_changed_at bigint  not null default 0,
    is_admin            boolean not null default false,
    epoch               bigint  not null default 1, -- what carries an older one is dead
    disabled_at         bigint,
    last_sign_in_at     bigint,
    created_at          bigint  not null,
    updated_at          bigint  not null
);

create index users_admin on users (id) where is_admin;

create table memberships (
    user_id    bytea  not null references users (id) on delete cascade,
    org_id     bytea  not null references organizations (id),
    role       text   not null, -- owner, admin, developer, member
    created_at bigint not null,
    primary key (user_id, org_id)
);

create index memberships_org on memberships (org_id);

create table clients (
    id           text   not null primary key, -- client_id
    org_id       bytea  not null references organizations (id), -- who publishes it
    kind         text   not null, -- web, spa, native, machine
    name         text   not null,
    metadata     text   not null, -- JSON: RFC 7591 members and Postern's own
    epoch        bigint not null default 1,
    version      bigint not null default 1, -- for optimistic concurrency
    disabled_at  bigint,
    verified_at  bigint,
    created_by   text   not null default '',
    created_at   bigint not null,
    updated_at   bigint not null
);

create index clients_org on clients (org_id);
create index clients_name on clients (name, id);

create table client_secrets (
    id           bytea  not null primary key,
    client_id    text   not null references clients (id) on delete cascade,
    hash         bytea  not null, -- SHA-256 of the whole secret
    hint         text   not null, -- its last four characters
    created_by   text   not null default '',
    created_at   bigint not null,
    expires_at   bigint,
    last_used_at bigint
);

create index client_secrets_client on client_secrets (client_id);

create table client_logos (
    client_id  text   not null primary key references clients (id) on delete cascade,
    png        bytea  not null,
    sum        text   not null, -- hex SHA-256, part of its URL
    updated_at bigint not null
);

create table scopes (
    name         text    not null primary key,
    title        text    not null,
    description  text    not null default '',
    group_name   text    not null default '',
    kind         text    not null default 'read', -- read, write, destructive
    is_sensitive boolean not null default false,
    is_default   boolean not null default false, -- given when a request names none
    is_optional  boolean not null default false, -- a person may leave it out
    is_reserved  boolean not null default false,
    created_at   bigint  not null,
    updated_at   bigint  not null
);

create table sessions (
    id           bytea  not null primary key, -- the sid; public
    token_hash   bytea  not null unique,      -- SHA-256 of what the cookie holds
    user_id      bytea  not null references users (id) on delete cascade,
    user_epoch   bigint not null,
    org_id       bytea  not null,
    data         text   not null default '{}', -- JSON: what else gorilla/sessions keeps
    amr          text   not null default '',
    auth_time    bigint not null,
    address      text   not null default '',
    user_agent   text   not null default '',
    created_at   bigint not null,
    last_seen_at bigint not null,
    expires_at   bigint not null -- absolute; never changes
);

create index sessions_user on sessions (user_id);
create index sessions_expiry on sessions (expires_at);

create table consents (
    id             bytea  not null primary key,
    user_id        bytea  not null references users (id) on delete cascade,
    client_id      text   not null references clients (id) on delete cascade,
    org_id         bytea  not null,
    scopes         text   not null,
    declined       text   not null default '', -- optional scopes that were shown and left out
    redirect_hosts text   not null, -- JSON list; another host asks again
    publisher_id   bytea  not null, -- another publisher asks again
    created_at     bigint not null,
    updated_at     bigint not null,
    last_used_at   bigint,
    expires_at     bigint,
    unique (user_id, client_id, org_id)
);

create index consents_client on consents (client_id);
create index consents_expiry on consents (expires_at) where expires_at is not null;

-- A grant is one row for each redeemed code, for its whole life. A refresh changes only columns that no index has, so
-- that PostgreSQL rewrites it in place (a HOT update).
create table grants (
    id             bytea  not null primary key, -- carried in the code: its single-use guard
    client_id      text   not null,
    user_id        bytea  not null,
    org_id         bytea  not null,
    consent_id     bytea, -- null: a first-party app
    session_id     bytea,
    scopes         text   not null,
    audience       text   not null default '', -- JSON list, or empty
    client_epoch   bigint not null,
    user_epoch     bigint not null,
    auth_time      bigint not null,
    generation     bigint not null default 0,
    token_hash     bytea, -- SHA-256 of the refresh secret; null: no refresh token
    salt           bytea,
    rotation_key   text   not null default '',
    rotated_at     bigint not null,
    idle_ttl       bigint not null default 0, -- microseconds; 0: no idle limit
    access_ttl     bigint not null, -- microseconds: how long its access tokens live
    expires_at     bigint not null, -- absolute; never changes
    revoked_at     bigint,
    revoked_reason text   not null default '',
    created_at     bigint not null
);

create index grants_consent on grants (user_id, client_id, org_id);
create index grants_client on grants (client_id);
create index grants_expiry on grants (expires_at);
create index grants_revoked on grants (revoked_at) where revoked_at is not null;

-- What is dead before its time. kind: 1 access token, 2 grant, 3 user, 4 client. epoch: the least that still lives (for
-- users and clients).
create table revocations (
    kind       smallint not null,
    id         bytea    not null,
    epoch      bigint   not null default 0,
    owner      bytea    not null, -- for tokens: the client, to bound them
    expires_at bigint   not null,
    primary key (kind, id)
);

create index revocations_expiry on revocations (expires_at);

-- Signing (sig), sealing (seal) and MAC (mac) keys, each sealed under a key derived from `secret`.
create table keys (
    id         text   not null primary key, -- kid
    use_for    text   not null,
    ordinal    bigint not null, -- 1, 2, ... for each use: two first starts agree on one key
    alg        text   not null,
    sealed     bytea  not null,
    public     text   not null default '', -- JWK, for sig
    created_at bigint not null,
    active_at  bigint not null, -- announced before, used from then on
    retired_at bigint, -- from then on it only verifies
    expires_at bigint, -- from then on it is gone
    revoked_at bigint,
    unique (use_for, alg, ordinal)
);

create table settings (
    name       text   not null primary key,
    value      bytea  not null,
    updated_at bigint not null
);

create table audit (
    id         bytea  not null primary key,
    at         bigint not null,
    event      text   not null, -- client.created, grant.reused ...
    actor_kind text   not null, -- user, client, command, system
    actor_id   text   not null,
    actor_name text   not null,
    org_id     bytea,
    object     text   not null, -- client, user ...
    object_id  text   not null,
    address    text   not null default '',
    request_id text   not null default '',
    before     text   not null default '', -- JSON
    after      text   not null default ''
);

create index audit_object on audit (object, object_id, id);
create index audit_event on audit (event, id);
create index audit_actor on audit (actor_id, id);

-- The last 20 failures of each client and user: a ring, not a log.
create table failures (
    object     text   not null,
    object_id  text   not null,
    seq        bigint not null,
    at         bigint not null,
    code       text   not null, -- the error as the outside saw it
    reason     text   not null, -- the precise one
    detail     text   not null default '', -- JSON
    address    text   not null default '',
    request_id text   not null default '',
    primary key (object, object_id, seq)
);

create index failures_at on failures (at);

-- Counted, not logged: so many of a kind for an object on a day (days since 1970).
create table activity (
    object    text   not null,
    object_id text   not null,
    day       bigint not null,
    kind      text   not null, -- issued.client_credentials, error.invalid_grant ...
    n         bigint not null,
    last_at   bigint not null,
    primary key (object, object_id, day, kind)
);

create index activity_day on activity (day);

-- SQLite has no LISTEN: what changed is read from here. PostgreSQL leaves it empty. The newest row always stays, so that
-- seq never starts anew.
create table feed (
    seq     integer not null primary key,
    at      bigint  not null,
    payload text    not null
);

-- +goose Down
drop table feed;
drop table activity;
drop table failures;
drop table audit;
drop table settings;
drop table keys;
drop table revocations;
drop table grants;
drop table consents;
drop table sessions;
drop table scopes;
drop table client_logos;
drop table client_secrets;
drop table clients;
drop table memberships;
drop table users;
drop table organizations;
