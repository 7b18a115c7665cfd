-- Rows of inboxes that cannot be placed, because they are not as they should be. They are kept for people to look at.
create table if not exists appendonly_set_aside (
  name varchar(200) collate "C" not null,
  id bigint generated always as identity (cache 1),
  length integer not null,
  items text not null,
  max_layers integer,
  max_length integer,
  archived boolean,
  has_pruner boolean,
  item_keys text,
  inbox_id bigint not null,
  reason varchar(200) not null,
  set_aside_at timestamp (6) with time zone not null,
  primary key (name, id)
);
