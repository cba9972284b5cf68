-- What time it is to a row: now, or the moment in the past that the owning role tells of by the
-- setting taskly.backdate, which the log has honoured from the start. In a function that runs with
-- its owner's rights the caller is known by the role alone.
CREATE FUNCTION taskly_now() RETURNS timestamptz
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    backdate text := nullif(current_setting('taskly.backdate', true), '');
    caller text := current_setting('role');
BEGIN
    IF backdate IS NOT NULL
       AND (CASE caller WHEN 'none' THEN session_user ELSE caller END)
           = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'event_log'::regclass)
    THEN
        RETURN least(backdate::timestamptz, statement_timestamp());
    END IF;
    RETURN statement_timestamp();
END $$;

-- As before, but for what time it is.
CREATE OR REPLACE FUNCTION taskly_keep() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    moment timestamptz := taskly_now();
    touched boolean;
    technical text[] := TG_ARGV[0];
    counter text := TG_ARGV[1];
    old_row jsonb;
    new_row jsonb;
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- A row may bring the time at which it was made; what comes now was made at this moment.
        IF NEW.created_at >= statement_timestamp() THEN
            NEW.created_at := moment;
        END IF;
        NEW.updated_at := greatest(moment, NEW.created_at);
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
    IF current_setting('taskly.action', true) = 'secrets.reencrypted' THEN
        SELECT technical || array_agg(attname::text) INTO technical
          FROM pg_attribute WHERE attrelid = TG_RELID AND atttypid = 'bytea'::regtype;
    END IF;
    -- Compared without generated columns (technical ones too): they are still empty here.
    IF touched OR new_row - technical <> old_row - technical THEN
        NEW.updated_at := greatest(moment, OLD.updated_at);
        IF counter IS NULL THEN
            NEW.version := OLD.version + 1;
        ELSE
            NEW := jsonb_populate_record(
                NEW, jsonb_build_object(counter, (old_row ->> counter)::int + 1));
        END IF;
    END IF;
    RETURN NEW;
END $$;
