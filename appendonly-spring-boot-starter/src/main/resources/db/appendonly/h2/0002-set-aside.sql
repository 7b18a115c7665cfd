-- Rows of inboxes that cannot be placed, because they are not as they should be. They are kept for people to look at.
create table if not exists appendonly_set_aside (
  name varchar(200) not null,
  id bigint generated always as identity (no cache),
  length integer not null,
  items character large object not null,
  max_layers integer,
  max_length integer,
  archived boolean,
  has_pruner boolean,
  item_keys character large object,
  inbox_id bigint not null,
  reason varchar(200) not null,
  set_aside_at timestamp (6) with time zone not null,
  primary key (name, id)
);
