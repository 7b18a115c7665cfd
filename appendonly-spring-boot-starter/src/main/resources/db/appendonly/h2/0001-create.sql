-- H2 stores texts of more than 256 characters apart from their rows, which takes several times as long. This applies to
-- all tables. It needs an administrator, and leaves a setting alone that somebody has made. Upper case is found whatever
-- case the database stores.
execute immediate case
  when exists (select 1 from INFORMATION_SCHEMA.SETTINGS where upper(SETTING_NAME) = 'MAX_LENGTH_INPLACE_LOB')
    or not exists (select 1 from INFORMATION_SCHEMA.USERS where USER_NAME = current_user and IS_ADMIN)
  then 'set @unchanged = true'
  else 'set max_length_inplace_lob 65536'
end;

-- One row for each stack. It is updated by every batch. The time is when to look for what has expired, if there is
-- anything to expire.
create table if not exists appendonly_stack (
  name varchar(200) not null,
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
);

create index if not exists appendonly_stack_due on appendonly_stack (retention_due, name);

-- Consecutive items of one layer: what one batch brought, or, once the layer is full, the whole of it. The stamp is a
-- random number that is drawn whenever items are written: rows with the same stamp have the same items. The time
-- is that of the newest of the items.
create table if not exists appendonly_slice (
  stack varchar(200) not null,
  generation bigint not null,
  first_index integer not null,
  length integer not null,
  items character large object not null,
  stamp bigint not null,
  written_at timestamp (6) with time zone not null default current_timestamp,
  primary key (stack, generation, first_index)
);

-- What transactions have pushed, until it is placed, with what they said of the stack, and the keys of items that have
-- one.
create table if not exists appendonly_inbox (
  name varchar(200) not null,
  id bigint generated always as identity (no cache),
  length integer not null,
  items character large object not null,
  max_layers integer,
  max_length integer,
  archived boolean,
  has_pruner boolean,
  retention bigint,
  max_bytes bigint,
  archive_max_layers bigint,
  archive_max_bytes bigint,
  keep_for_subscribers bigint,
  item_keys character large object,
  primary key (name, id)
);

-- What waits in accumulators.
create table if not exists appendonly_accumulator (
  name varchar(200) not null,
  id bigint generated always as identity (no cache),
  length integer not null,
  items character large object not null,
  primary key (name, id)
);

-- Pruned layers, each linked to the one before it, which may have expired since; the counts include all layers up to
-- this one.
create table if not exists appendonly_archived_layer (
  archive varchar(200) not null,
  generation bigint not null,
  previous_generation bigint not null,
  previous_length integer not null,
  length integer not null,
  items character large object not null,
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
  name varchar(200) not null,
  kind varchar(11) not null,
  item_key varchar(200) not null,
  pushed_at timestamp (6) with time zone not null,
  expires_at timestamp (6) with time zone,
  generation bigint,
  item_index integer,
  primary key (name, kind, item_key),
  unique (name, generation, kind, item_key),
  unique (expires_at, name, kind, item_key)
);

-- One row for each durable subscriber: its cursor, what failed, and, for those that work outside of transactions, which
-- node has it. It is updated by every batch of the subscriber.
create table if not exists appendonly_subscriber (
  stack varchar(200) not null,
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
);
