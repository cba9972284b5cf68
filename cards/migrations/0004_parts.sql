-- Blocking and being the parent never lead back to where they began: for each of the two by itself,
-- whoever writes. The writers of a workspace take their turns here, by a lock that nothing else
-- takes; each then reads, in a statement of its own, what the one before committed. That needs READ
-- COMMITTED: a transaction that keeps to an older picture would miss it.
CREATE FUNCTION card_links_refuse_loop() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
        RAISE EXCEPTION 'links between cards are made under READ COMMITTED'
            USING ERRCODE = 'active_sql_transaction', TABLE = TG_TABLE_NAME;
    END IF;
    PERFORM pg_advisory_xact_lock(
        (86::bigint << 56)
        + (hashtextextended(NEW.workspace_id::text, 0) & ((1::bigint << 56) - 1)));
    -- The row as it is by now: where checks were deferred, it may have gone since.
    IF EXISTS (
        WITH RECURSIVE reached (id) AS (
            SELECT l.target_id FROM card_links l WHERE l.id = NEW.id
             UNION
            SELECT l.target_id FROM reached
              JOIN card_links l ON l.source_id = reached.id AND l.kind = NEW.kind)
        SELECT FROM reached WHERE id = NEW.source_id)
    THEN
        RAISE EXCEPTION 'cards would lead back to where they began'
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, COLUMN = 'target_id',
                  CONSTRAINT = 'card_links_no_loop';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER card_links_no_loop AFTER INSERT ON card_links
    DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (NEW.kind IN ('blocks', 'parent_of'))
    EXECUTE FUNCTION card_links_refuse_loop();
ALTER TABLE card_links ENABLE ALWAYS TRIGGER card_links_no_loop;
