-- What a board's columns look like. Objects with these five keys and no others, in order.
CREATE FUNCTION taskly_columns_valid(columns jsonb) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    each jsonb;
    expected int := 0;
BEGIN
    IF columns IS NULL OR jsonb_typeof(columns) <> 'array' OR columns = '[]' THEN
        RETURN false;
    END IF;
    FOR each IN SELECT value FROM jsonb_array_elements(columns) LOOP
        IF jsonb_typeof(each) <> 'object'
           OR NOT each ?& ARRAY['id', 'name', 'position', 'category', 'wip_limit']
           OR each - ARRAY['id', 'name', 'position', 'category', 'wip_limit'] <> '{}'
           OR jsonb_typeof(each -> 'position') <> 'number'
           OR each ->> 'position' <> expected::text
           OR jsonb_typeof(each -> 'id') <> 'string'
           OR each ->> 'id' !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
           OR jsonb_typeof(each -> 'name') <> 'string'
           OR each ->> 'name' !~ '^[^[:space:]](.*[^[:space:]])?$'
           OR length(each ->> 'name') > 100
           OR NOT coalesce(each ->> 'category' IN ('todo', 'in_progress', 'in_review', 'done'),
                           false)
           OR NOT (jsonb_typeof(each -> 'wip_limit') = 'null'
                   OR (jsonb_typeof(each -> 'wip_limit') = 'number'
                       AND each ->> 'wip_limit' ~ '^[1-9][0-9]{0,8}$'))
        THEN
            RETURN false;
        END IF;
        expected := expected + 1;
    END LOOP;
    RETURN NOT EXISTS (
        SELECT FROM jsonb_array_elements(columns) AS c (value)
         GROUP BY c.value ->> 'name' HAVING count(*) > 1);
END $$;
