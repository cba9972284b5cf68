-- A link carries its pull request's state: from there on the foreign key keeps it, which follows
-- each change. Read under FOR SHARE, so that a change at this moment waits for the link, or the
-- link for it. (A pull request that isn't there yet is the key's to refuse, or a load's to bring.)
CREATE FUNCTION card_pull_requests_take_state() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    present text;
BEGIN
    SELECT state INTO present FROM pull_requests WHERE id = NEW.pull_request_id FOR SHARE;
    NEW.state := coalesce(present, NEW.state);
    RETURN NEW;
END $$;
CREATE TRIGGER card_pull_requests_take_state BEFORE INSERT OR UPDATE OF pull_request_id
    ON card_pull_requests FOR EACH ROW EXECUTE FUNCTION card_pull_requests_take_state();
ALTER TABLE card_pull_requests ENABLE ALWAYS TRIGGER card_pull_requests_take_state;
