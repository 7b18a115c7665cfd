-- One row for each stack. It is updated by every batch: nothing that most batches change is indexed, and the pages keep
-- room, so that updates stay within their page (HOT). The time is when to look for what has expired, if there is anything
-- to expire.
create table if not exists appendonly_stack (
  name varchar(200) collate "C" not null,
  max_layers integer not null,
  max_length integer not null,
  archived boolean not null,
  has_pruner boolean not null,
  generation bigint not null,
  length integer not null,
  oldest_generation bigint not null,
  pruned_length integer not null,
  version bigint not null,
  retention bigint,
  max_bytes bigint,
  archive_max_layers bigint,
  archive_max_bytes bigint,
  keep_for_subscribers bigint,
  retention_due timestamp (6) with time zone,
  primary key (name)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 500);

-- Consecutive items of one layer: what one batch brought, or, once the layer is full, the whole of it. The stamp is a
-- random number that is drawn whenever items are written: rows with the same stamp have the same items. The time
-- is that of the newest of the items.
create table if not exists appendonly_slice (
  stack varchar(200) collate "C" not null,
  generation bigint not null,
  first_index integer not null,
  length integer not null,
  items text not null,
  stamp bigint not null,
  written_at timestamp (6) with time zone not null default statement_timestamp(),
  primary key (stack, generation, first_index)
) with (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);

-- What transactions have pushed, until it is placed, with what they said of the stack, and the keys of items that have
-- one.
create table if not exists appendonly_inbox (
  name varchar(200) collate "C" not null,
  id bigint generated always as identity (cache 1),
  length integer not null,
  items text not null,
  max_layers integer,
  max_length integer,
  archived boolean,
  has_pruner boolean,
  retention bigint,
  max_bytes bigint,
  archive_max_layers bigint,
  archive_max_bytes bigint,
  keep_for_subscribers bigint,
  item_keys text,
  primary key (name, id)
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000, vacuum_truncate = off);

-- What waits in accumulators.
create table if not exists appendonly_accumulator (
  name varchar(200) collate "C" not null,
  id bigint generated always as identity (cache 1),
  length integer not null,
  items text not null,
  primary key (name, id)
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

-- Pruned layers, each linked to the one before it, which may have expired since; the counts include all layers up to
-- this one.
create table if not exists appendonly_archived_layer (
  archive varchar(200) collate "C" not null,
  generation bigint not null,
  previous_generation bigint not null,
  previous_length integer not null,
  length integer not null,
  items text not null,
  stamp bigint not null,
  archived_at timestamp (6) with time zone not null,
  newest_at timestamp (6) with time zone not null,
  layer_count bigint not null,
  item_count bigint not null,
  primary key (archive, generation),
  unique (archive, previous_generation)
);

-- The keys of items, while they are remembered: until a time, or, without one, until the layer of the item is pruned.
-- Items of stacks have a position once they are placed. The unique constraints contain the primary key: they are there
-- for their indexes, which find what is not remembered any longer.
create table if not exists appendonly_key (
  name varchar(200) collate "C" not null,
  kind varchar(11) not null,
  item_key varchar(200) collate "C" not null,
  pushed_at timestamp (6) with time zone not null,
  expires_at timestamp (6) with time zone,
  generation bigint,
  item_index integer,
  primary key (name, kind, item_key),
  unique (name, generation, kind, item_key),
  unique (expires_at, name, kind, item_key)
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

-- One row for each durable subscriber: its cursor, what failed, and, for those that work outside of transactions, which
-- node has it. It is updated by every batch of the subscriber.
create table if not exists appendonly_subscriber (
  stack varchar(200) collate "C" not null,
  id varchar(100) not null,
  state varchar(10) not null,
  cursor_position varchar(31) not null,
  moved_at timestamp (6) with time zone not null,
  seen_at timestamp (6) with time zone not null,
  attempts integer not null,
  failed_position varchar(31),
  cause varchar(1000),
  failed_at timestamp (6) with time zone,
  retry_at timestamp (6) with time zone,
  batch_limit integer not null,
  limited_until varchar(31),
  skipped bigint not null,
  skipped_position varchar(31),
  parked bigint not null,
  parked_cursor varchar(31) not null,
  replays bigint not null,
  token bigint not null,
  lease_owner varchar(100),
  lease_until timestamp (6) with time zone,
  primary key (stack, id)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 500);

-- Layers are a few kilobytes each, which PostgreSQL would compress: that takes longer than all the rest of a batch. So
-- they are stored as rows of your own would be. Where space matters more, choose another storage for the archive: this is
-- done once.
--
-- A table of no pages is best read as a whole, but connections keep that plan when the inbox has filled up with dead
-- rows. So the inbox has ten pages from the start, and vacuum leaves them: then each plan uses its index.
--
-- The index finds what has expired. It only has the stacks that expire, and changes when they do, not with batches.
do $$
begin
  if exists (select from pg_attribute
      where attrelid = 'appendonly_slice'::regclass and attname = 'items' and attstorage = 'x') then
    alter table appendonly_slice alter column items set storage external;
    alter table appendonly_inbox alter column items set storage external;
    alter table appendonly_archived_layer alter column items set storage external;
    insert into appendonly_inbox (name, id, length, items) overriding system value
      select '', n, 0, repeat(' ', 1500) from generate_series(1, 50) n;
    delete from appendonly_inbox where name = '';
    create index on appendonly_stack (retention_due, name) where retention_due is not null;
  end if;
end
$$;
