CREATE OR REPLACE FUNCTION taskly_keep() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    touched boolean;
    technical text[] := TG_ARGV[0];
    counter text := TG_ARGV[1];
    old_row jsonb;
    new_row jsonb;
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.created_at := least(NEW.created_at, statement_timestamp());
        NEW.updated_at := statement_timestamp();
        IF counter IS NULL THEN
            NEW.version := 1;
        ELSE
            NEW := jsonb_populate_record(NEW, jsonb_build_object(counter, 1));
        END IF;
        RETURN NEW;
    END IF;
    touched := NEW.updated_at = 'infinity';
    NEW.created_at := OLD.created_at;
    NEW.updated_at := OLD.updated_at;
    old_row := to_jsonb(OLD);
    IF counter IS NULL THEN
        NEW.version := OLD.version;
    ELSE
        NEW := jsonb_populate_record(NEW, jsonb_build_object(counter, old_row -> counter));
    END IF;
    new_row := to_jsonb(NEW);
    -- The log and people's links know a row by its id.
    IF old_row -> 'id' <> new_row -> 'id' THEN
        RAISE EXCEPTION 'id of % never changes', TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_id_unchanging',
                  TABLE = TG_TABLE_NAME, COLUMN = 'id';
    END IF;
    -- Compared without generated columns (technical ones too): they are still empty here.
    IF touched OR new_row - technical <> old_row - technical THEN
        NEW.updated_at := greatest(statement_timestamp(), OLD.updated_at);
        IF counter IS NULL THEN
            NEW.version := OLD.version + 1;
        ELSE
            NEW := jsonb_populate_record(
                NEW, jsonb_build_object(counter, (old_row ->> counter)::int + 1));
        END IF;
    END IF;
    RETURN NEW;
END $$;
