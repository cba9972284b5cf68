-- board_columns follows boards.columns, whoever writes it. With the owner's rights, since nobody
-- else may write the shadow.
CREATE FUNCTION boards_sync_columns() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    missing int;
    made int;
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM board_columns WHERE board_id = OLD.id;
        RETURN NULL;
    END IF;
    -- A column that holds cards is held by their foreign key.
    DELETE FROM board_columns
     WHERE board_id = NEW.id
       AND id NOT IN (SELECT (value ->> 'id')::uuid FROM jsonb_array_elements(NEW.columns));
    -- Only rows that differ, so that a new name doesn't wait for who writes cards at the moment;
    -- a new category does: see cards_before.
    UPDATE board_columns AS known
       SET name = c.name, position = c.position, category = c.category, wip_limit = c.wip_limit
      FROM jsonb_to_recordset(NEW.columns)
           AS c (id uuid, name text, position int, category text, wip_limit int)
     WHERE known.id = c.id AND known.board_id = NEW.id
       AND (known.name, known.position, known.category, known.wip_limit)
           IS DISTINCT FROM (c.name, c.position, c.category, c.wip_limit);
    SELECT jsonb_array_length(NEW.columns) - count(*) INTO missing
      FROM board_columns WHERE board_id = NEW.id;
    INSERT INTO board_columns (id, board_id, name, position, category, wip_limit)
    SELECT c.id, NEW.id, c.name, c.position, c.category, c.wip_limit
      FROM jsonb_to_recordset(NEW.columns)
           AS c (id uuid, name text, position int, category text, wip_limit int)
     WHERE NOT EXISTS (SELECT FROM board_columns k WHERE k.id = c.id AND k.board_id = NEW.id)
        ON CONFLICT (id) DO NOTHING;
    GET DIAGNOSTICS made = ROW_COUNT;
    IF made <> missing THEN
        RAISE EXCEPTION 'a column id is in use'
            USING ERRCODE = 'unique_violation', TABLE = 'boards',
                  CONSTRAINT = 'board_columns_pkey';
    END IF;
    RETURN NULL;
END $$;

-- Runs after the cascades of a deleted board (their triggers are named RI_…): cards go first.
CREATE TRIGGER sync_columns AFTER INSERT OR DELETE OR UPDATE OF columns ON boards
    FOR EACH ROW EXECUTE FUNCTION boards_sync_columns();
ALTER TABLE boards ENABLE ALWAYS TRIGGER sync_columns;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'taskly_app') THEN
        REVOKE INSERT, UPDATE, DELETE ON board_columns FROM taskly_app;
    END IF;
END $$;
REVOKE ALL ON FUNCTION boards_sync_columns() FROM PUBLIC;
