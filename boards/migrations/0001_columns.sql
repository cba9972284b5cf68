-- board_columns follows boards.columns, whoever writes it. With the owner's rights, since nobody
-- else may write the shadow.
CREATE FUNCTION boards_sync_columns() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    wanted int;
    kept int;
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM board_columns WHERE board_id = OLD.id;
        RETURN NULL;
    END IF;
    SET CONSTRAINTS board_columns_name_unique, board_columns_position_unique DEFERRED;
    -- A column that holds cards is held by their foreign key.
    DELETE FROM board_columns
     WHERE board_id = NEW.id
       AND id NOT IN (SELECT (value ->> 'id')::uuid FROM jsonb_array_elements(NEW.columns));
    INSERT INTO board_columns AS kept (id, board_id, name, position, category, wip_limit)
    SELECT (value ->> 'id')::uuid, NEW.id, value ->> 'name', (value ->> 'position')::int,
           value ->> 'category', (value ->> 'wip_limit')::int
      FROM jsonb_array_elements(NEW.columns)
        ON CONFLICT (id) DO UPDATE
           SET name = EXCLUDED.name, position = EXCLUDED.position,
               category = EXCLUDED.category, wip_limit = EXCLUDED.wip_limit
         WHERE kept.board_id = EXCLUDED.board_id;
    GET DIAGNOSTICS kept = ROW_COUNT;
    SELECT jsonb_array_length(NEW.columns) INTO wanted;
    IF kept <> wanted THEN
        RAISE EXCEPTION 'a column id is in use'
            USING ERRCODE = 'unique_violation', TABLE = 'boards',
                  CONSTRAINT = 'board_columns_pkey';
    END IF;
    SET CONSTRAINTS board_columns_name_unique, board_columns_position_unique IMMEDIATE;
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
