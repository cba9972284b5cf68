-- Words of messages, for searching: the Russian configuration stems English too. A deleted message
-- has none, so that nothing that searches can find it.
ALTER TABLE messages ADD COLUMN search tsvector GENERATED ALWAYS AS (
    CASE WHEN deleted_at IS NULL THEN setweight(to_tsvector('russian', content), 'B') END) STORED;
CREATE INDEX messages_search_idx ON messages USING gin (search) WHERE deleted_at IS NULL;

-- Threads have one level: a reply to a reply joins the thread of the first. Who a message answers
-- never changes, so that what is read here stays true.
CREATE FUNCTION messages_join_thread() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.parent_id := coalesce(
        (SELECT m.parent_id FROM messages m WHERE m.id = NEW.parent_id), NEW.parent_id);
    RETURN NEW;
END $$;
CREATE TRIGGER messages_join_thread BEFORE INSERT ON messages
    FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION messages_join_thread();
ALTER TABLE messages ENABLE ALWAYS TRIGGER messages_join_thread;

-- A statement or a load may bring a reply before what it answers: then this is looked at last.
CREATE FUNCTION messages_thread_flat() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM messages WHERE id = NEW.parent_id AND parent_id IS NOT NULL) THEN
        RAISE EXCEPTION 'a reply answers a reply'
            USING ERRCODE = 'check_violation', TABLE = 'messages', COLUMN = 'parent_id',
                  CONSTRAINT = 'messages_thread_flat';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER messages_thread_flat AFTER INSERT ON messages
    DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION messages_thread_flat();
ALTER TABLE messages ENABLE ALWAYS TRIGGER messages_thread_flat;

-- gone_channels says who may read the log of a channel that isn't there any more. With the owner's
-- rights, since nobody else may write it. Where the whole workspace goes, nobody reads anything.
CREATE FUNCTION channels_note_gone() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        DELETE FROM gone_channels WHERE id = NEW.id;
        RETURN NULL;
    END IF;
    INSERT INTO gone_channels (id, workspace_id, is_private, member_ids)
    SELECT OLD.id, OLD.workspace_id, OLD.is_private,
           ARRAY(SELECT user_id FROM channel_members WHERE channel_id = OLD.id ORDER BY user_id)
     WHERE EXISTS (SELECT FROM workspaces WHERE id = OLD.workspace_id);
    RETURN OLD;
END $$;
CREATE TRIGGER channels_note_gone BEFORE DELETE ON channels
    FOR EACH ROW EXECUTE FUNCTION channels_note_gone();
CREATE TRIGGER channels_note_back AFTER INSERT ON channels
    FOR EACH ROW EXECUTE FUNCTION channels_note_gone();
ALTER TABLE channels ENABLE ALWAYS TRIGGER channels_note_gone;
ALTER TABLE channels ENABLE ALWAYS TRIGGER channels_note_back;

-- Who leaves the workspace is no member of what was there, also when they come back.
CREATE FUNCTION gone_channels_lose_member() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE gone_channels SET member_ids = array_remove(member_ids, OLD.user_id)
     WHERE workspace_id = OLD.workspace_id AND OLD.user_id = ANY (member_ids);
    RETURN NULL;
END $$;
CREATE TRIGGER gone_channels_lose_member AFTER DELETE ON workspace_members
    FOR EACH ROW EXECUTE FUNCTION gone_channels_lose_member();
ALTER TABLE workspace_members ENABLE ALWAYS TRIGGER gone_channels_lose_member;

REVOKE ALL ON FUNCTION channels_note_gone(), gone_channels_lose_member() FROM PUBLIC;
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'taskly_app') THEN
        REVOKE INSERT, UPDATE, DELETE ON gone_channels FROM taskly_app;
    END IF;
END $$;
