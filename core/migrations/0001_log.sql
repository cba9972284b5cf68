-- What the database keeps for every writer: rows' times and versions, and the log of all changes.

-- Columns that say when and how often a row changed, kept whatever the writer sends.
-- Argument: the technical columns, which alone make no new version.
-- `updated_at = 'infinity'` asks for a new version for the sake of a row that belongs to this one.
CREATE FUNCTION taskly_keep() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    touched boolean;
    technical text[] := TG_ARGV[0];
    old_row jsonb;
    new_row jsonb;
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.created_at := least(NEW.created_at, statement_timestamp());
        NEW.updated_at := statement_timestamp();
        NEW.version := 1;
        RETURN NEW;
    END IF;
    touched := NEW.updated_at = 'infinity';
    NEW.created_at := OLD.created_at;
    NEW.updated_at := OLD.updated_at;
    NEW.version := OLD.version;
    old_row := to_jsonb(OLD);
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
        NEW.version := OLD.version + 1;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION taskly_refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% of % never changes', TG_ARGV[0], TG_TABLE_NAME
        USING ERRCODE = 'check_violation',
              CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, COLUMN = TG_ARGV[0];
END $$;

-- The first entry of a transaction promises readers that all of its ids will be above the
-- sequence's last value, by a lock on that number: see event_log_bound. Returns the id of the
-- action that the transaction's entries belong to where nobody named one. What is remembered
-- counts only in the transaction it names: a setting that outlived one promises nothing.
CREATE FUNCTION event_log_enter() RETURNS uuid
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    remembered text[] := string_to_array(current_setting('taskly.transaction', true), ' ');
    present text := pg_current_xact_id()::text;
    newest bigint;
BEGIN
    IF remembered[1] = present THEN
        RETURN remembered[2];
    END IF;
    -- Before the first entry ever the sequence says 1 without having given it out.
    SELECT CASE WHEN is_called THEN last_value ELSE 0 END INTO newest FROM event_log_id_seq;
    PERFORM pg_advisory_xact_lock_shared((84::bigint << 56) + newest);
    remembered := ARRAY[present, gen_random_uuid()::text];
    PERFORM set_config('taskly.transaction', array_to_string(remembered, ' '), true);
    RETURN remembered[2];
END $$;

-- One entry for one changed row, in the transaction that changed it.
-- Arguments: entity type, ignored columns, hidden columns, which columns say who may read it.
-- Owned by the owning role and run with its rights: nobody else can write the log.
CREATE FUNCTION taskly_log() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    ignored text[] := TG_ARGV[1];
    hidden text[] := TG_ARGV[2];
    readers jsonb := TG_ARGV[3];
    image jsonb;
    old_image jsonb := '{}';
    new_image jsonb := '{}';
    context jsonb := coalesce(nullif(current_setting('taskly.context', true), ''), '{}')::jsonb;
    verb text := CASE TG_OP
        WHEN 'INSERT' THEN 'created' WHEN 'UPDATE' THEN 'updated' ELSE 'deleted' END;
    own_action uuid;
    happened timestamptz := clock_timestamp();
    backdate text := nullif(current_setting('taskly.backdate', true), '');
    caller text := current_setting('role');
    name text;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        old_image := to_jsonb(OLD) - ignored;
        image := old_image;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        new_image := to_jsonb(NEW) - ignored;
        image := new_image;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF old_image = new_image THEN
            RETURN NULL;
        END IF;
        SELECT jsonb_object_agg(b.key, b.value), jsonb_object_agg(b.key, new_image -> b.key)
          INTO old_image, new_image
          FROM jsonb_each(old_image) AS b
         WHERE b.value IS DISTINCT FROM new_image -> b.key;
    END IF;
    FOREACH name IN ARRAY hidden LOOP
        IF old_image ? name THEN
            old_image := jsonb_set(old_image, ARRAY[name], '"[hidden]"');
        END IF;
        IF new_image ? name THEN
            new_image := jsonb_set(new_image, ARRAY[name], '"[hidden]"');
        END IF;
    END LOOP;

    own_action := event_log_enter();

    -- History can be written only by the role that owns this log.
    IF backdate IS NOT NULL
       AND (CASE caller WHEN 'none' THEN session_user ELSE caller END) = current_user THEN
        happened := backdate::timestamptz;
    END IF;

    INSERT INTO event_log (
        workspace_id, project_id, board_id, channel_id, private_to,
        actor_id, action, action_id, entity_type, entity_id, "timestamp", details, source)
    VALUES (
        (image ->> coalesce(readers ->> 'workspace', 'workspace_id'))::uuid,
        (image ->> coalesce(readers ->> 'project', 'project_id'))::uuid,
        (image ->> coalesce(readers ->> 'board', 'board_id'))::uuid,
        (image ->> coalesce(readers ->> 'channel', 'channel_id'))::uuid,
        (image ->> (readers ->> 'private'))::uuid,
        nullif(current_setting('taskly.actor', true), '')::uuid,
        coalesce(nullif(current_setting('taskly.action', true), ''), TG_ARGV[0] || '.' || verb),
        coalesce(nullif(current_setting('taskly.action_id', true), '')::uuid, own_action),
        TG_ARGV[0],
        (image ->> coalesce(readers ->> 'entity', 'id'))::uuid,
        happened,
        jsonb_build_object('before', old_image, 'after', new_image, 'context', context),
        coalesce(nullif(current_setting('taskly.source', true), ''), 'command'));
    RETURN NULL;
END $$;

-- The newest id up to which nothing can still appear: no open transaction will commit an entry
-- at or below it. A reader asks for this first, and reads the entries in a statement after it.
CREATE FUNCTION event_log_bound() RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    newest bigint;
    oldest_held bigint;
BEGIN
    -- In this order: an entry whose lock is not seen below takes its id after this line.
    SELECT CASE WHEN is_called THEN last_value ELSE 0 END INTO newest FROM event_log_id_seq;
    SELECT min(((classid::bigint & 16777215) << 32) | objid::bigint) INTO oldest_held
      FROM pg_locks
     WHERE locktype = 'advisory' AND objsubid = 1 AND classid::bigint >> 24 = 84
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database());
    RETURN least(newest, oldest_held);
END $$;

-- Nobody changes the log, the owning role's one function for forgetting a person excepted: and
-- that one touches nothing but the details.
CREATE FUNCTION event_log_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('taskly.forgetting', true) = 'on'
       AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class
                            WHERE oid = TG_RELID)
       AND to_jsonb(NEW) - 'details' = to_jsonb(OLD) - 'details' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the activity log is append-only'
        USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'event_log_append_only';
END $$;

CREATE TRIGGER event_log_append_only BEFORE UPDATE OR DELETE ON event_log
    FOR EACH ROW EXECUTE FUNCTION event_log_guard();
CREATE TRIGGER event_log_no_truncate BEFORE TRUNCATE ON event_log
    FOR EACH STATEMENT EXECUTE FUNCTION event_log_guard();
ALTER TABLE event_log ENABLE ALWAYS TRIGGER event_log_append_only;
ALTER TABLE event_log ENABLE ALWAYS TRIGGER event_log_no_truncate;

-- A person's right to be forgotten: names and addresses go from the details, the entries stay.
CREATE FUNCTION event_log_forget(person uuid) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    personal text[] := ARRAY['username', 'email', 'full_name', 'avatar_url', 'github_id'];
    addresses text[];
    touched bigint;
    own_action uuid := event_log_enter();
BEGIN
    SELECT array_agg(DISTINCT lower(value)) INTO addresses
      FROM event_log, LATERAL (VALUES (details #>> '{before,email}'),
                                      (details #>> '{after,email}')) AS emails (value)
     WHERE entity_type = 'user' AND entity_id = person AND value IS NOT NULL;
    PERFORM set_config('taskly.forgetting', 'on', true);
    UPDATE event_log
       SET details = details || jsonb_build_object(
               'before', taskly_blank(details -> 'before', personal),
               'after', taskly_blank(details -> 'after', personal))
     WHERE (entity_type = 'user' AND entity_id = person)
        OR (entity_type = 'workspace_invitation'
            AND (lower(details #>> '{before,email}') = ANY (addresses)
                 OR lower(details #>> '{after,email}') = ANY (addresses)));
    GET DIAGNOSTICS touched = ROW_COUNT;
    PERFORM set_config('taskly.forgetting', 'off', true);
    INSERT INTO event_log (private_to, actor_id, action, action_id, entity_type, entity_id,
                           "timestamp", details, source)
    VALUES (person, nullif(current_setting('taskly.actor', true), '')::uuid, 'user.forgotten',
            coalesce(nullif(current_setting('taskly.action_id', true), '')::uuid, own_action),
            'user', person, clock_timestamp(),
            jsonb_build_object('before', '{}'::jsonb, 'after', '{}'::jsonb,
                               'context', jsonb_build_object('entries', touched)),
            coalesce(nullif(current_setting('taskly.source', true), ''), 'command'));
    RETURN touched;
END $$;

CREATE FUNCTION taskly_blank(image jsonb, names text[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(jsonb_object_agg(key, CASE WHEN key = ANY (names) AND value <> 'null'
                                               THEN '"[forgotten]"'::jsonb ELSE value END), '{}')
      FROM jsonb_each(image)
$$;

REVOKE ALL ON FUNCTION event_log_forget(uuid), event_log_enter(), taskly_log() FROM PUBLIC;
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'taskly_app') THEN
        REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON event_log FROM taskly_app;
        REVOKE ALL ON SEQUENCE event_log_id_seq FROM taskly_app;
        GRANT SELECT ON SEQUENCE event_log_id_seq TO taskly_app;
        GRANT SELECT ON event_log TO taskly_app;
    END IF;
END $$;
