-- Views for people who look at structures with SQL. Nothing needs them, and nothing creates them but this script, which
-- may be run again. Drop them before a script of another version changes the tables.

-- One row for each item that is placed and kept, in stacks and in archives. Erased items are left out, and so are those
-- that still wait in an inbox. The time is that of the newest item stored in the same row of the table.
create or replace view appendonly_items as
select l.stack as name, l.generation, (l.first_index + e.n - 1)::integer as index, e.item, false as archived, l.written_at
from appendonly_slice l cross join lateral json_array_elements(l.items::json) with ordinality e (item, n)
where json_typeof(e.item) <> 'null'
union all
select a.archive, a.generation, (e.n - 1)::integer, e.item, true, a.newest_at
from appendonly_archived_layer a cross join lateral json_array_elements(a.items::json) with ordinality e (item, n)
where json_typeof(e.item) <> 'null';

-- One row for each stack on which something has been placed: what it keeps, what waits in its inbox, and what is in the
-- archive of its name. Erased items count.
create or replace view appendonly_stacks as
select s.name, s.max_layers, s.max_length, s.archived, s.oldest_generation, s.generation as newest_generation,
  l.layers, l.items, l.bytes, l.newest_at,
  (select coalesce(sum(q.length), 0) from appendonly_inbox q where q.name = s.name) as waiting,
  a.layers as archived_layers, a.items as archived_items, a.bytes as archived_bytes
from appendonly_stack s
  cross join lateral (select count(distinct generation) as layers, coalesce(sum(length), 0) as items,
      coalesce(sum(octet_length(items)), 0) as bytes, max(written_at) as newest_at
    from appendonly_slice where stack = s.name) l
  cross join lateral (select count(*) as layers, coalesce(sum(length), 0) as items,
      coalesce(sum(octet_length(items)), 0) as bytes
    from appendonly_archived_layer where archive = s.name) a;
