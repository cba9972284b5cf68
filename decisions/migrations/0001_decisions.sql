-- Words of title, statement and rationale, for searching, like cards'. Deleted decisions aren't
-- looked for.
ALTER TABLE decisions ADD COLUMN search tsvector GENERATED ALWAYS AS (
    setweight(to_tsvector('russian', title), 'A')
    || setweight(to_tsvector('russian', statement), 'B')
    || setweight(to_tsvector('russian', rationale), 'C')) STORED;
CREATE INDEX decisions_search_idx ON decisions USING gin (search) WHERE deleted_at IS NULL;

-- Superseding and depending never lead back to where they began: for each of the two by itself,
-- whoever writes. The writers of a project take their turns here, by a lock that nothing else
-- takes (the project's row is held FOR SHARE by both of two new rows already, and could not be
-- locked by either); each then reads, in a statement of its own, what the one before committed.
-- That needs READ COMMITTED: a transaction that keeps to an older picture would miss it.
CREATE FUNCTION decision_relationships_refuse_loop() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
        RAISE EXCEPTION 'relationships of decisions are recorded under READ COMMITTED'
            USING ERRCODE = 'active_sql_transaction', TABLE = TG_TABLE_NAME;
    END IF;
    PERFORM pg_advisory_xact_lock(
        (85::bigint << 56)
        + (hashtextextended(NEW.project_id::text, 0) & ((1::bigint << 56) - 1)));
    -- The row as it is by now: where checks were deferred, it may have changed or gone since.
    IF EXISTS (
        WITH RECURSIVE reached (id) AS (
            SELECT r.target_id FROM decision_relationships r
             WHERE r.id = NEW.id AND r.kind IN ('supersedes', 'depends_on')
             UNION
            SELECT r.target_id FROM reached
              JOIN decision_relationships r ON r.source_id = reached.id AND r.kind = NEW.kind)
        SELECT FROM reached
          JOIN decision_relationships r ON r.id = NEW.id AND r.source_id = reached.id)
    THEN
        RAISE EXCEPTION 'decisions would lead back to where they began'
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, COLUMN = 'target_id',
                  CONSTRAINT = 'decision_relationships_no_loop';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER decision_relationships_no_loop
    AFTER INSERT OR UPDATE OF source_id, target_id, kind ON decision_relationships
    DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (NEW.kind IN ('supersedes', 'depends_on'))
    EXECUTE FUNCTION decision_relationships_refuse_loop();
ALTER TABLE decision_relationships ENABLE ALWAYS TRIGGER decision_relationships_no_loop;
