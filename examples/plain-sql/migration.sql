-- Any tool for migrations will do, if it runs this in one transaction.
ALTER TABLE orders ADD COLUMN note text;
SELECT integratedb_validate_migration();
