import pg from "pg";
import { IntegrateDbError } from "../../sql/errors.ts";

/** What leases of a stakeholder are made of. */
export interface LeaseTarget {
  /** The group role that holds what the stakeholder may read. */
  readonly role: string;
  readonly schema: string;
  readonly database: string;
}

/** Statements of a role of Vault's database engine, as its API takes them. */
export interface LeaseStatements {
  readonly creation_statements: string[];
  readonly renew_statements: string[];
  readonly revocation_statements: string[];
  readonly rollback_statements: string[];
}

/**
 * The statements for logins that are members of a stakeholder's role. Each is one block, which the
 * engine runs as it is: it cuts other texts at each semicolon, also inside of names. Vault writes
 * names and passwords into the text as they are, and a name has parts that come from whoever asks:
 * they stand between dollar quotes that no such part can hold.
 */
export function leaseStatements({ role, schema, database }: LeaseTarget): LeaseStatements {
  const unfit = [role, schema, database].find((name) => /\{\{|\$block\$/.test(name));
  if (unfit !== undefined) {
    throw new IntegrateDbError(
      "IDB1512",
      `Vault would take a part of the name ${unfit} for its own.`,
    );
  }
  const [group, home, place] = [role, schema, database].map(pg.escapeLiteral);
  const declared = `DECLARE lease name := $lease_name\${{name}}$lease_name$;`;
  // Whoever makes the login joins it, as it must to end its sessions and to give away what it owns.
  const creation = `DO $block$
${declared}
BEGIN
  EXECUTE format('CREATE ROLE %I LOGIN PASSWORD %L VALID UNTIL %L IN ROLE %I', lease,
    $lease_password\${{password}}$lease_password$, $lease_end\${{expiration}}$lease_end$, ${group});
  EXECUTE format('GRANT %I TO CURRENT_USER', lease);
  EXECUTE format('ALTER ROLE %I IN DATABASE %I SET search_path = %I, public', lease, ${place}, ${home});
  EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT ALL ON TABLES TO %I', lease, ${home}, ${group});
  EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT ALL ON SEQUENCES TO %I', lease, ${home}, ${group});
END
$block$`;
  const renewal = `DO $block$
${declared}
BEGIN
  EXECUTE format('ALTER ROLE %I VALID UNTIL %L', lease, $lease_end\${{expiration}}$lease_end$);
END
$block$`;
  // What the login owns goes to the stakeholder. Where that fails, it stays: closed, and without rights.
  const revocation = `DO $block$
${declared}
  lease_id oid := (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = lease);
  session integer;
BEGIN
  IF lease_id IS NULL THEN RETURN; END IF;
  EXECUTE format('ALTER ROLE %I NOLOGIN', lease);
  FOREACH session IN ARRAY ARRAY(SELECT pid FROM pg_catalog.pg_stat_activity WHERE usesysid = lease_id) LOOP
    PERFORM pg_catalog.pg_terminate_backend(session, 5000);
  END LOOP;
  BEGIN
    EXECUTE format('REASSIGN OWNED BY %I TO %I', lease, ${group});
    EXECUTE format('DROP OWNED BY %I', lease);
    BEGIN
      EXECUTE format('DROP ROLE %I', lease);
    EXCEPTION WHEN dependent_objects_still_exist THEN
      RAISE WARNING 'integratedb: % is closed and stays: another database of the cluster has something of it', lease;
      EXECUTE format('REVOKE %I FROM %I', ${group}, lease);
    END;
  EXCEPTION WHEN OTHERS THEN
    RAISE WARNING 'integratedb: % is closed and stays: %', lease, SQLERRM;
    EXECUTE format('REVOKE %I FROM %I', ${group}, lease);
  END;
  FOREACH session IN ARRAY ARRAY(SELECT pid FROM pg_catalog.pg_stat_activity WHERE usesysid = lease_id) LOOP
    PERFORM pg_catalog.pg_terminate_backend(session);
  END LOOP;
END
$block$`;
  return {
    creation_statements: [creation],
    renew_statements: [renewal],
    revocation_statements: [revocation],
    rollback_statements: [revocation],
  };
}
