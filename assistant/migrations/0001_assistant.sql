-- A message moves its conversation: its updated_at says when something was last said in it.
CREATE FUNCTION conversation_messages_touch_conversation() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) = to_jsonb(NEW) THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        UPDATE conversations SET updated_at = 'infinity' WHERE id = OLD.conversation_id;
    END IF;
    IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND NEW.conversation_id <> OLD.conversation_id) THEN
        UPDATE conversations SET updated_at = 'infinity' WHERE id = NEW.conversation_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER conversation_messages_touch_conversation AFTER INSERT OR UPDATE OR DELETE
    ON conversation_messages
    FOR EACH ROW EXECUTE FUNCTION conversation_messages_touch_conversation();
ALTER TABLE conversation_messages
    ENABLE ALWAYS TRIGGER conversation_messages_touch_conversation;

-- The active project brings its workspace. Whoever leaves the workspace is left without both: the
-- foreign key to the membership empties the workspace, and this the project.
CREATE FUNCTION user_contexts_follow_project() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.workspace_id IS NULL
       AND NEW.active_project_id = OLD.active_project_id THEN
        NEW.active_project_id := NULL;
    END IF;
    -- A project that isn't there yet (a load checks its keys when it ends) keeps what is given.
    NEW.workspace_id := CASE WHEN NEW.active_project_id IS NOT NULL THEN coalesce(
        (SELECT workspace_id FROM projects WHERE id = NEW.active_project_id),
        NEW.workspace_id) END;
    RETURN NEW;
END $$;
CREATE TRIGGER user_contexts_follow_project BEFORE INSERT OR UPDATE ON user_contexts
    FOR EACH ROW EXECUTE FUNCTION user_contexts_follow_project();
ALTER TABLE user_contexts ENABLE ALWAYS TRIGGER user_contexts_follow_project;

-- A deleted person's row stays for what they wrote to others. What they wrote to nobody but the
-- assistant has no reader any more, and goes.
CREATE FUNCTION conversations_leave_with_user() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM conversations WHERE user_id = NEW.id;
    DELETE FROM user_contexts WHERE user_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER conversations_leave_with_user AFTER UPDATE OF deleted_at ON users
    FOR EACH ROW WHEN (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL)
    EXECUTE FUNCTION conversations_leave_with_user();
ALTER TABLE users ENABLE ALWAYS TRIGGER conversations_leave_with_user;
