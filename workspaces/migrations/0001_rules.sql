-- A workspace always has at least one active admin. Whoever takes one away writes the workspace's
-- row (the same values, so that no version and no entry comes of it): of two who do so at once the
-- second waits and then sees what the first did, or may not go on (REPEATABLE READ).
CREATE FUNCTION workspaces_keep_admin() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    concerned uuid[];
    concern uuid;
BEGIN
    IF TG_TABLE_NAME = 'users' THEN
        SELECT array_agg(m.workspace_id ORDER BY m.workspace_id) INTO concerned
          FROM workspace_members m JOIN workspaces w ON w.id = m.workspace_id
         WHERE m.user_id = NEW.id AND m.role = 'admin' AND w.personal_for_id IS NULL;
    ELSIF TG_TABLE_NAME = 'workspaces' THEN
        concerned := ARRAY[NEW.id];
    ELSE
        concerned := ARRAY[OLD.workspace_id];
    END IF;
    FOREACH concern IN ARRAY coalesce(concerned, '{}') LOOP
        UPDATE workspaces SET version = version WHERE id = concern;
        -- Gone together with its members: nothing is left to administer.
        CONTINUE WHEN NOT FOUND;
        IF NOT EXISTS (
            SELECT FROM workspace_members m JOIN users u ON u.id = m.user_id
              JOIN workspaces w ON w.id = m.workspace_id
             WHERE m.workspace_id = concern AND m.role = 'admin'
               AND (w.personal_for_id IS NOT NULL OR (u.is_active AND u.deleted_at IS NULL)))
        THEN
            RAISE EXCEPTION 'a workspace always has at least one active admin'
                USING ERRCODE = 'check_violation', TABLE = 'workspace_members',
                      CONSTRAINT = 'workspace_members_last_admin';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER workspace_members_last_admin
    AFTER UPDATE OF role, user_id, workspace_id OR DELETE ON workspace_members
    DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (OLD.role = 'admin') EXECUTE FUNCTION workspaces_keep_admin();
CREATE CONSTRAINT TRIGGER users_last_admin
    AFTER UPDATE OF is_active, deleted_at ON users DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (OLD.is_active AND NOT NEW.is_active)
    EXECUTE FUNCTION workspaces_keep_admin();
-- A new workspace is given its admin before the transaction ends.
CREATE CONSTRAINT TRIGGER workspaces_first_admin
    AFTER INSERT ON workspaces DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION workspaces_keep_admin();
ALTER TABLE workspace_members ENABLE ALWAYS TRIGGER workspace_members_last_admin;
ALTER TABLE users ENABLE ALWAYS TRIGGER users_last_admin;
ALTER TABLE workspaces ENABLE ALWAYS TRIGGER workspaces_first_admin;

-- The private workspace of one person has that person and nobody else.
CREATE FUNCTION workspaces_private_of_one() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM workspaces
                WHERE id = NEW.workspace_id AND personal_for_id <> NEW.user_id) THEN
        RAISE EXCEPTION 'a private workspace has no other members'
            USING ERRCODE = 'check_violation', TABLE = 'workspace_members',
                  CONSTRAINT = 'workspace_members_private_of_one';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER workspace_members_private_of_one
    AFTER INSERT OR UPDATE OF user_id, workspace_id ON workspace_members
    DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW EXECUTE FUNCTION workspaces_private_of_one();
ALTER TABLE workspace_members ENABLE ALWAYS TRIGGER workspace_members_private_of_one;
