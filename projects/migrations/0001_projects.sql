-- What the database holds about a project's things for every writer.

-- An archived project takes in nothing new. The project is read under FOR SHARE, archived or not:
-- archiving waits for whoever is making something, and whoever makes something for the archiving.
CREATE FUNCTION taskly_project_open() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    archived timestamptz;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.project_id IS NOT DISTINCT FROM OLD.project_id THEN
        RETURN NEW;
    END IF;
    -- A missing project is the foreign key's to refuse.
    SELECT archived_at INTO archived FROM projects WHERE id = NEW.project_id FOR SHARE;
    IF archived IS NOT NULL THEN
        RAISE EXCEPTION 'the project of a new row of % is archived', TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME,
                  TABLE = TG_TABLE_NAME, COLUMN = 'project_id';
    END IF;
    RETURN NEW;
END $$;

-- Words of name and description, for searching, like cards'.
ALTER TABLE features ADD COLUMN search tsvector GENERATED ALWAYS AS (
    setweight(to_tsvector('russian', name), 'A')
    || setweight(to_tsvector('russian', description), 'B')) STORED;
CREATE INDEX features_search_idx ON features USING gin (search);
