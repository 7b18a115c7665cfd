-- Views for people who look at structures with SQL. Nothing needs them, and nothing creates them but this script, which
-- may be run again. Drop them before a script of another version changes the tables.

-- One row for each item that is placed and kept, in stacks and in archives. Erased items are left out, and so are those
-- that still wait in an inbox. The time is that of the newest item stored in the same row of the table.
create or replace view appendonly_items as
select l.stack as name, l.generation, l.first_index + cast(n.x as integer) - 1 as index, (l.items format json)[n.x] as item,
  false as archived, l.written_at
from appendonly_slice l join system_range(1, 2147483647) n on n.x <= l.length
where (l.items format json)[n.x] <> json 'null'
union all
select a.archive, a.generation, cast(n.x as integer) - 1, (a.items format json)[n.x], true, a.newest_at
from appendonly_archived_layer a join system_range(1, 2147483647) n on n.x <= a.length
where (a.items format json)[n.x] <> json 'null';

-- One row for each stack on which something has been placed: what it keeps, what waits in its inbox, and what is in the
-- archive of its name. Erased items count.
create or replace view appendonly_stacks as
select s.name, s.max_layers, s.max_length, s.archived, s.oldest_generation, s.generation as newest_generation,
  (select count(distinct l.generation) from appendonly_slice l where l.stack = s.name) as layers,
  (select coalesce(sum(l.length), 0) from appendonly_slice l where l.stack = s.name) as items,
  (select coalesce(sum(octet_length(l.items)), 0) from appendonly_slice l where l.stack = s.name) as bytes,
  (select max(l.written_at) from appendonly_slice l where l.stack = s.name) as newest_at,
  (select coalesce(sum(q.length), 0) from appendonly_inbox q where q.name = s.name) as waiting,
  (select count(*) from appendonly_archived_layer a where a.archive = s.name) as archived_layers,
  (select coalesce(sum(a.length), 0) from appendonly_archived_layer a where a.archive = s.name) as archived_items,
  (select coalesce(sum(octet_length(a.items)), 0) from appendonly_archived_layer a where a.archive = s.name)
    as archived_bytes
from appendonly_stack s;
