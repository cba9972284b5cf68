-- What a card's metadata looks like: an object; labels complete, each name and id once; other keys free.
CREATE FUNCTION taskly_metadata_valid(metadata jsonb) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    each jsonb;
    names text[] := '{}';
    ids text[] := '{}';
BEGIN
    IF metadata IS NULL OR jsonb_typeof(metadata) <> 'object'
       OR (metadata ? 'acceptance_criteria'
           AND jsonb_typeof(metadata -> 'acceptance_criteria') NOT IN ('string', 'null')) THEN
        RETURN false;
    END IF;
    IF NOT metadata ? 'labels' THEN
        RETURN true;
    END IF;
    IF jsonb_typeof(metadata -> 'labels') <> 'array' THEN
        RETURN false;
    END IF;
    FOR each IN SELECT value FROM jsonb_array_elements(metadata -> 'labels') LOOP
        IF jsonb_typeof(each) <> 'object'
           OR NOT each ?& ARRAY['id', 'name', 'color']
           OR each - ARRAY['id', 'name', 'color'] <> '{}'
           OR jsonb_typeof(each -> 'id') <> 'string' OR each ->> 'id' !~ '^[!-~]{1,64}$'
           OR jsonb_typeof(each -> 'name') <> 'string'
           OR each ->> 'name' !~ '^[^[:space:]](.*[^[:space:]])?$'
           OR length(each ->> 'name') > 50
           OR jsonb_typeof(each -> 'color') <> 'string'
           OR each ->> 'color' !~ '^#[0-9a-f]{6}$'
           OR lower(each ->> 'name') = ANY (names)
           OR each ->> 'id' = ANY (ids)
        THEN
            RETURN false;
        END IF;
        names := names || lower(each ->> 'name');
        ids := ids || (each ->> 'id');
    END LOOP;
    RETURN true;
END $$;
