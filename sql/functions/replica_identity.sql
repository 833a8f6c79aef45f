-- How a change of a row of the table tells which row it was. is_usable: updates and deletes can be published, for the
-- table and for each of its partitions, those that are made later included. columns: what has to be published for that.
-- is_full: the whole old row is there, which Postgres does with all columns or not at all. tested: the columns whose old
-- value is always known. reason and mend: why it is not usable, and the statement that helps.
create or replace function integratedb.replica_identity(relid oid)
returns table (is_usable boolean, is_full boolean, columns name[], tested name[], reason text, mend text)
language sql stable
as $$
  with member as (
    select c.oid as relid, c.relkind, c.relreplident, c.oid <> $1 as is_partition
    from pg_catalog.pg_class c
    where c.oid = $1 or c.oid in (
      select p.relid from pg_catalog.pg_partition_tree($1) p where p.isleaf and p.level > 0)
  ),
  keyed as materialized (
    select m.*,
      -- New partitions take over the primary key of their parent, and nothing else of its identity.
      m.relreplident = 'f' and m.relkind <> 'p' as is_full,
      array(
        select a.attname
        from pg_catalog.pg_index i
        join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey[0:i.indnkeyatts - 1])
        where i.indrelid = m.relid and i.indimmediate
          and case when m.relreplident = 'i' and m.relkind <> 'p' then i.indisreplident and i.indisvalid
            else i.indisprimary and (i.indisvalid or m.relkind = 'p') and (m.relreplident = 'd' or m.relkind = 'p') end
        order by a.attnum) as columns,
      array(
        select a.attname from pg_catalog.pg_attribute a
        where a.attrelid = m.relid and a.attnum > 0 and not a.attisdropped order by a.attnum) as all_columns,
      exists (
        select from pg_catalog.pg_attribute a
        where a.attrelid = m.relid and a.attgenerated = 'v' and not a.attisdropped) as has_virtual
    from member m
  ),
  root as (
    select k.* from keyed k where not k.is_partition
  ),
  judged as materialized (
    select k.*,
      case
        when k.is_full and k.has_virtual then 'has replica identity full, which virtual generated columns rule out'
        when k.is_full then null
        when k.columns = '{}' and k.relkind = 'p' then 'has no primary key that its partitions could take over'
        when k.columns = '{}' then 'has no usable replica identity'
        when k.relkind = 'p' and k.relreplident not in ('d') then 'has another replica identity than its primary key'
        when k.is_partition and not k.columns @> r.columns then 'has a replica identity without the primary key of its parent'
        when exists (
          select from pg_catalog.pg_attribute a
          where a.attrelid = k.relid and a.attname = any (k.columns)
            and not integratedb.is_published(a.attgenerated)) then 'has a generated column in its replica identity'
      end as reason
    from keyed k cross join root r
  ),
  worst as (
    select j.* from judged j where j.reason is not null order by j.is_partition, j.relid limit 1
  )
  select
    w.relid is null as is_usable,
    coalesce((select pg_catalog.bool_or(j.is_full) from judged j), false) as is_full,
    array(select distinct x.name from judged j cross join lateral pg_catalog.unnest(case when j.is_full then '{}' else j.columns end) x(name)) as columns,
    array(
      select x.name from judged j
      cross join lateral pg_catalog.unnest(case when j.is_full then j.all_columns else j.columns end) x(name)
      group by x.name having pg_catalog.count(*) = (select pg_catalog.count(*) from judged)) as tested,
    coalesce(case when w.is_partition then 'its partition ' || w.relid::pg_catalog.regclass || ' ' else '' end || w.reason, null) as reason,
    case
      when w.relid is null then null
      when w.relkind = 'p' and w.columns <> '{}' then pg_catalog.format('ALTER TABLE %s REPLICA IDENTITY DEFAULT;', w.relid::pg_catalog.regclass)
      when w.relkind = 'p' or w.has_virtual then pg_catalog.format('ALTER TABLE %s ADD PRIMARY KEY (…);', w.relid::pg_catalog.regclass)
        || case when w.is_full then pg_catalog.format(' ALTER TABLE %s REPLICA IDENTITY DEFAULT;', w.relid::pg_catalog.regclass) else '' end
      else pg_catalog.format('ALTER TABLE %s REPLICA IDENTITY FULL;', w.relid::pg_catalog.regclass)
        || case when w.is_partition then '' else pg_catalog.format(' (or ALTER TABLE %s ADD PRIMARY KEY (…);)', w.relid::pg_catalog.regclass) end
    end as mend
  from (select) one
  left join worst w on true
$$;
