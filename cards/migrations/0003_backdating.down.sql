CREATE OR REPLACE FUNCTION cards_before() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    finished boolean;
BEGIN
    IF TG_OP = 'INSERT' AND coalesce(NEW.number, 0) = 0 THEN
        NEW.number := cards_reserve_numbers(NEW.workspace_id, 1);
    END IF;
    SELECT category = 'done' INTO finished FROM board_columns WHERE id = NEW.column_id
       FOR KEY SHARE;
    IF NOT coalesce(finished, false) THEN
        NEW.completed_at := NULL;
    ELSIF TG_OP = 'UPDATE' THEN
        NEW.completed_at := coalesce(OLD.completed_at, statement_timestamp());
    ELSE
        NEW.completed_at := coalesce(NEW.completed_at, statement_timestamp());
    END IF;
    RETURN NEW;
END $$;
