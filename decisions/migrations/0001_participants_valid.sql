-- Who took part: a list of at most 500 objects with a name, perhaps an email and a role, and
-- nothing else.
CREATE FUNCTION taskly_participants_valid(participants jsonb) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    each jsonb;
BEGIN
    IF participants IS NULL OR jsonb_typeof(participants) <> 'array'
       OR jsonb_array_length(participants) > 500 THEN
        RETURN false;
    END IF;
    FOR each IN SELECT value FROM jsonb_array_elements(participants) LOOP
        IF jsonb_typeof(each) <> 'object'
           OR NOT each ? 'name'
           OR each - ARRAY['name', 'email', 'role'] <> '{}'
           OR jsonb_typeof(each -> 'name') <> 'string'
           OR each ->> 'name' !~ '^[^[:space:]](.*[^[:space:]])?$'
           OR length(each ->> 'name') > 200
           OR (each ? 'email'
               AND (jsonb_typeof(each -> 'email') <> 'string'
                    OR each ->> 'email' !~ '^[^[:space:]@]+@[^[:space:]@]+$'
                    OR length(each ->> 'email') > 255))
           OR (each ? 'role'
               AND (jsonb_typeof(each -> 'role') <> 'string'
                    OR each ->> 'role' !~ '^[^[:space:]](.*[^[:space:]])?$'
                    OR length(each ->> 'role') > 100))
        THEN
            RETURN false;
        END IF;
    END LOOP;
    RETURN true;
END $$;
