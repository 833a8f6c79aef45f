-- Rights on tables and sequences beyond the claims. One row for each object on which the role or a login has a right of
-- its own, one for each object on which everyone has (PUBLIC), and one for each membership that brings any, whether
-- inherited or by SET ROLE.
-- A table-wide SELECT counts even where each column is claimed, as it takes in columns that are added later; only a
-- table without columns can be read by nothing else.
-- What a stakeholder owns is its own affair, as is what an extension shows to everyone.
create or replace function integratedb.inspect_grants()
returns table (severity text, subject text, problem text, remedy text)
language sql stable
as $$
  with held as (
    select c.oid as relid, 0 as number, null::name as name, acl.grantee, acl.grantor, acl.privilege_type as privilege
    from pg_catalog.pg_class c
    cross join lateral pg_catalog.aclexplode(coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner))) acl
    where c.relkind in ('r', 'p', 'v', 'm', 'f') or (c.relkind = 'S' and c.relacl is not null)
    union all
    select a.attrelid, a.attnum, a.attname, acl.grantee, acl.grantor, acl.privilege_type
    from pg_catalog.pg_attribute a
    cross join lateral pg_catalog.aclexplode(a.attacl) acl
    where a.attnum > 0 and not a.attisdropped
  ),
  source as (
    select r.*, r.role_id as grantee, 'itself' as via, null::name as via_name, null::oid as member_grantor
    from integratedb.reader_roles() r
    union all
    select r.*, 0, 'everyone', null, null from integratedb.reader_roles() r where not r.is_login
    union all
    select r.*, x.oid, 'member', p.rolname, m.grantor
    from integratedb.reader_roles() r
    join pg_catalog.pg_auth_members m on m.member = r.role_id and m.roleid is distinct from r.group_role_id
    join pg_catalog.pg_roles p on p.oid = m.roleid and p.oid >= 16384 and not p.rolsuper
    join pg_catalog.pg_roles x on x.oid >= 16384 and pg_catalog.pg_has_role(p.oid, x.oid, 'member')
  ),
  claimed_relation as (
    select k.stakeholder_id, t.id as table_id, t.all_columns, c.oid as relid
    from integratedb.claim k
    join integratedb.claimed_table t on t.claim_id = k.id
    join pg_catalog.pg_namespace n on n.nspname = t.schema_name
    join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = t.table_name
  ),
  claimed as (
    select r.stakeholder_id, r.relid, a.attnum as number
    from claimed_relation r
    join integratedb.claimed_column f on f.table_id = r.table_id
    join pg_catalog.pg_attribute a on a.attrelid = r.relid and a.attname = f.name
    union
    select r.stakeholder_id, r.relid, 0
    from claimed_relation r
    where r.all_columns and not exists (
      select from pg_catalog.pg_attribute a where a.attrelid = r.relid and a.attnum > 0 and not a.attisdropped)
  ),
  excess as (
    select s.stakeholder_id, s.subject, s.role_id, s.role_name, s.via, s.via_name, s.member_grantor, h.relid, h.number, h.name, h.grantor,
      h.privilege, c.relowner,
      case c.relkind when 'S' then 'SEQUENCE ' else '' end || pg_catalog.format('%I.%I', n.nspname, c.relname) as object
    from source s
    join held h on h.grantee = s.grantee
    join pg_catalog.pg_class c on c.oid = h.relid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname not in ('pg_catalog', 'information_schema', 'integratedb') and n.nspname !~ '^pg_(toast|temp)'
      and not exists (select from claimed q where h.privilege = 'SELECT'
        and q.stakeholder_id = s.stakeholder_id and q.relid = h.relid and q.number = h.number)
      and not exists (select from integratedb.reader_roles() own
        where own.stakeholder_id = s.stakeholder_id and own.role_id = c.relowner)
      and (s.via = 'itself' or pg_catalog.has_schema_privilege(s.role_id, n.oid, 'usage')
        or s.via = 'member' and pg_catalog.has_schema_privilege(s.grantee, n.oid, 'usage'))
      and not (s.via = 'everyone' and exists (select from pg_catalog.pg_depend d
        where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'))
  ),
  right_held as (
    select e.subject, e.role_name, e.via, e.object, e.grantor, e.relowner,
      e.privilege || case when e.number = 0 then '' else
        ' (' || pg_catalog.string_agg(pg_catalog.quote_ident(e.name), ', ' order by e.number) || ')' end as list,
      e.number = 0 and e.privilege = 'SELECT' as is_wide_select
    from excess e
    where e.via <> 'member'
    group by e.subject, e.role_name, e.via, e.object, e.grantor, e.relowner, e.privilege, e.number = 0
  ),
  granted as (
    select r.subject, r.role_name, r.via, r.object, r.grantor, r.relowner,
      pg_catalog.string_agg(r.list, ', ' order by r.list) as list, pg_catalog.bool_or(r.is_wide_select) as has_wide_select
    from right_held r
    group by r.subject, r.role_name, r.via, r.object, r.grantor, r.relowner
  )
  select 'error', g.subject, pg_catalog.format('has %s on %s beyond its claims', g.list, g.object),
    case when g.grantor = g.relowner then '' else pg_catalog.format('SET ROLE %s; ', g.grantor::regrole) end
      || pg_catalog.format('REVOKE %s ON %s FROM %I;', g.list, g.object, g.role_name)
      || case when g.grantor = g.relowner then '' else ' RESET ROLE;' end
      || case when g.has_wide_select then ' SELECT integratedb_sync();' else '' end
  from granted g
  where g.via = 'itself'
  union all
  select 'error', 'PUBLIC',
    pg_catalog.format('has %s on %s, beyond the claims of %s', g.list, g.object,
      pg_catalog.string_agg(g.subject, ', ' order by g.subject)),
    pg_catalog.format('REVOKE %s ON %s FROM PUBLIC;', g.list, g.object)
  from granted g
  where g.via = 'everyone'
  group by g.list, g.object
  union all
  select 'error', e.subject,
    pg_catalog.format('is a member of %I, which has rights on %s beyond its claims: %s%s', e.via_name,
      pg_catalog.count(distinct e.object) || case pg_catalog.count(distinct e.object) when 1 then ' object' else ' objects' end,
      pg_catalog.array_to_string((pg_catalog.array_agg(distinct e.object))[1:3], ', '),
      case when pg_catalog.count(distinct e.object) > 3 then ', …' else '' end),
    integratedb.revoke_membership(e.via_name, e.role_name, e.member_grantor)
  from excess e
  where e.via = 'member'
  group by e.subject, e.role_name, e.via_name, e.member_grantor
$$;
