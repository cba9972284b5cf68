-- A board whose project is archived takes in no new card, made there or moved there; what stands on
-- it can still be changed. Once a statement, however many cards it brings: the projects are read
-- under FOR SHARE, archived or not, so that archiving one waits for whoever is making a card, and
-- whoever makes a card for the archiving.
CREATE FUNCTION cards_project_open() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    archived timestamptz;
BEGIN
    IF TG_OP = 'INSERT' THEN
        FOR archived IN
            SELECT p.archived_at FROM projects p
             WHERE p.id IN (SELECT b.project_id FROM boards b
                             WHERE b.id IN (SELECT i.board_id FROM inserted i))
             ORDER BY p.id FOR SHARE OF p
        LOOP
            EXIT WHEN archived IS NOT NULL;
        END LOOP;
    ELSE
        SELECT p.archived_at INTO archived FROM projects p
         WHERE p.id = (SELECT b.project_id FROM boards b WHERE b.id = NEW.board_id) FOR SHARE OF p;
    END IF;
    IF archived IS NOT NULL THEN
        RAISE EXCEPTION 'the project of the board of a new card is archived'
            USING ERRCODE = 'check_violation', TABLE = 'cards', COLUMN = 'board_id',
                  CONSTRAINT = 'cards_project_open';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER cards_project_open_insert AFTER INSERT ON cards
    REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION cards_project_open();
CREATE TRIGGER cards_project_open_update AFTER UPDATE OF board_id ON cards
    FOR EACH ROW WHEN (NEW.board_id <> OLD.board_id)
    EXECUTE FUNCTION cards_project_open();
ALTER TABLE cards ENABLE ALWAYS TRIGGER cards_project_open_insert;
ALTER TABLE cards ENABLE ALWAYS TRIGGER cards_project_open_update;
