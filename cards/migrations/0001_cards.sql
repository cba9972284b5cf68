-- Words of title and description, for searching. The Russian configuration stems both languages:
-- words in Latin letters go to the English stemmer.
ALTER TABLE cards ADD COLUMN search tsvector GENERATED ALWAYS AS (
    setweight(to_tsvector('russian', title), 'A')
    || setweight(to_tsvector('russian', description), 'B')) STORED;
CREATE INDEX cards_search_idx ON cards USING gin (search);

-- A card that goes to another board has its entry there; the board that it left finds it by this.
CREATE INDEX event_log_left_board_idx ON event_log (((details #>> '{before,board_id}')::uuid), id)
    WHERE entity_type = 'card' AND details -> 'before' ? 'board_id'
      AND details -> 'after' ? 'board_id';

-- Numbers. Every workspace counts for itself, never backwards: no number is given out twice.
CREATE FUNCTION cards_reserve_numbers(workspace uuid, amount int) RETURNS int
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO card_counters AS c (workspace_id, last_number)
    SELECT workspace, amount WHERE amount > 0
        ON CONFLICT (workspace_id) DO UPDATE SET last_number = c.last_number + amount
    RETURNING last_number - amount + 1
$$;

-- A row that brings no number gets the next one. completed_at follows the column's category, which
-- stays what it is until this transaction ends: the category is in a key of board_columns, so that
-- to change it is to wait for this lock (with the owner's rights, since locking needs them).
CREATE FUNCTION cards_before() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    finished boolean;
BEGIN
    IF TG_OP = 'INSERT' AND coalesce(NEW.number, 0) = 0 THEN
        NEW.number := cards_reserve_numbers(NEW.workspace_id, 1);
    END IF;
    SELECT category = 'done' INTO finished FROM board_columns WHERE id = NEW.column_id
       FOR KEY SHARE;
    IF NOT coalesce(finished, false) THEN
        NEW.completed_at := NULL;
    ELSIF TG_OP = 'UPDATE' THEN
        NEW.completed_at := coalesce(OLD.completed_at, statement_timestamp());
    ELSE
        NEW.completed_at := coalesce(NEW.completed_at, statement_timestamp());
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER cards_before_insert BEFORE INSERT ON cards
    FOR EACH ROW EXECUTE FUNCTION cards_before();
CREATE TRIGGER cards_before_update BEFORE UPDATE OF column_id, completed_at ON cards
    FOR EACH ROW EXECUTE FUNCTION cards_before();
ALTER TABLE cards ENABLE ALWAYS TRIGGER cards_before_insert;
ALTER TABLE cards ENABLE ALWAYS TRIGGER cards_before_update;

-- Rows that bring their own numbers (imports, fixtures) move the counter past them, once a
-- statement and not once a row.
CREATE FUNCTION cards_count_numbers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO card_counters AS c (workspace_id, last_number)
    SELECT i.workspace_id, max(i.number) FROM inserted i
      LEFT JOIN card_counters known ON known.workspace_id = i.workspace_id
     GROUP BY i.workspace_id, known.last_number
    HAVING max(i.number) > coalesce(known.last_number, 0)
     ORDER BY i.workspace_id
        ON CONFLICT (workspace_id) DO UPDATE
           SET last_number = greatest(c.last_number, EXCLUDED.last_number);
    RETURN NULL;
END $$;
CREATE TRIGGER cards_count_numbers AFTER INSERT ON cards
    REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION cards_count_numbers();
ALTER TABLE cards ENABLE ALWAYS TRIGGER cards_count_numbers;

-- A column that becomes (or is no longer) one of category done completes (or reopens) its cards.
CREATE FUNCTION cards_follow_category() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE cards SET completed_at = completed_at WHERE column_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER cards_follow_category AFTER UPDATE OF category ON board_columns
    FOR EACH ROW WHEN ((OLD.category = 'done') <> (NEW.category = 'done'))
    EXECUTE FUNCTION cards_follow_category();
ALTER TABLE board_columns ENABLE ALWAYS TRIGGER cards_follow_category;

-- A card's assignees belong to its version. Following the card to another board is no change of
-- theirs.
CREATE FUNCTION card_assignees_touch_card() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.card_id, OLD.user_id) = (NEW.card_id, NEW.user_id) THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        UPDATE cards SET updated_at = 'infinity' WHERE id = OLD.card_id;
    END IF;
    IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND NEW.card_id <> OLD.card_id) THEN
        UPDATE cards SET updated_at = 'infinity' WHERE id = NEW.card_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER card_assignees_touch_card AFTER INSERT OR DELETE OR UPDATE OF card_id, user_id
    ON card_assignees FOR EACH ROW EXECUTE FUNCTION card_assignees_touch_card();
ALTER TABLE card_assignees ENABLE ALWAYS TRIGGER card_assignees_touch_card;

-- On one board a label's name, whatever its case, has one id and one color. Who uses a definition
-- locks it until the end; who makes one or replaces a stale one holds the board meanwhile.
CREATE FUNCTION cards_agree_on_labels() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    label jsonb;
    known board_labels;
BEGIN
    FOR label IN SELECT value FROM jsonb_array_elements(NEW.metadata -> 'labels') LOOP
        PERFORM FROM board_labels b
          WHERE b.board_id = NEW.board_id AND b.key = lower(label ->> 'name')
            AND b.label_id = label ->> 'id' AND b.color = label ->> 'color'
            FOR SHARE;
        CONTINUE WHEN FOUND;
        PERFORM FROM boards WHERE id = NEW.board_id FOR NO KEY UPDATE;
        LOOP
            SELECT * INTO known FROM board_labels b
             WHERE b.board_id = NEW.board_id
               AND (b.key = lower(label ->> 'name') OR b.label_id = label ->> 'id')
               AND (b.key, b.label_id, b.color) <>
                   (lower(label ->> 'name'), label ->> 'id', label ->> 'color');
            EXIT WHEN NOT FOUND;
            -- First this, which waits for who is using it, then a look at who has it.
            DELETE FROM board_labels WHERE id = known.id;
            IF EXISTS (
                SELECT FROM cards c
                 WHERE c.board_id = NEW.board_id AND c.id <> NEW.id
                   AND c.metadata @> jsonb_build_object('labels', jsonb_build_array(
                           jsonb_build_object('id', known.label_id))))
            THEN
                RAISE EXCEPTION 'a label of this board has another id or color'
                    USING ERRCODE = 'check_violation', TABLE = 'cards', COLUMN = 'metadata',
                          CONSTRAINT = 'cards_labels_agree';
            END IF;
        END LOOP;
        INSERT INTO board_labels (board_id, key, label_id, color)
        VALUES (NEW.board_id, lower(label ->> 'name'), label ->> 'id', label ->> 'color')
            ON CONFLICT DO NOTHING;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER cards_agree_on_labels_insert AFTER INSERT ON cards
    FOR EACH ROW WHEN (NEW.metadata -> 'labels' <> '[]')
    EXECUTE FUNCTION cards_agree_on_labels();
CREATE TRIGGER cards_agree_on_labels_update AFTER UPDATE OF metadata, board_id ON cards
    FOR EACH ROW WHEN (NEW.metadata -> 'labels' <> '[]'
                       AND (NEW.metadata -> 'labels' IS DISTINCT FROM OLD.metadata -> 'labels'
                            OR NEW.board_id <> OLD.board_id))
    EXECUTE FUNCTION cards_agree_on_labels();
ALTER TABLE cards ENABLE ALWAYS TRIGGER cards_agree_on_labels_insert;
ALTER TABLE cards ENABLE ALWAYS TRIGGER cards_agree_on_labels_update;

-- A new name or color for a label, over the whole board at once: the one way to change what a
-- label in use means.
CREATE FUNCTION board_label_redefine(board uuid, label text, new_name text, new_color text)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    changed bigint;
BEGIN
    -- A name that no card has any more is free.
    DELETE FROM board_labels b
     WHERE b.board_id = board AND b.key = lower(new_name) AND b.label_id <> label
       AND NOT EXISTS (
           SELECT FROM cards c
            WHERE c.board_id = board
              AND c.metadata @> jsonb_build_object('labels', jsonb_build_array(
                      jsonb_build_object('id', b.label_id))));
    UPDATE board_labels SET key = lower(new_name), color = new_color
     WHERE board_id = board AND label_id = label;
    UPDATE cards c
       SET metadata = jsonb_set(c.metadata, '{labels}', (
               SELECT jsonb_agg(CASE WHEN l.value ->> 'id' = label
                                     THEN jsonb_build_object('id', label, 'name', new_name,
                                                             'color', new_color)
                                     ELSE l.value END ORDER BY l.place)
                 FROM jsonb_array_elements(c.metadata -> 'labels')
                      WITH ORDINALITY AS l (value, place)))
     WHERE c.board_id = board
       AND c.metadata @> jsonb_build_object('labels', jsonb_build_array(
               jsonb_build_object('id', label)));
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN changed;
END $$;

REVOKE ALL ON FUNCTION cards_reserve_numbers(uuid, int), cards_before(), cards_count_numbers(),
    cards_follow_category(), cards_agree_on_labels(),
    board_label_redefine(uuid, text, text, text) FROM PUBLIC;
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'taskly_app') THEN
        REVOKE INSERT, UPDATE, DELETE ON card_counters, board_labels FROM taskly_app;
        GRANT EXECUTE ON FUNCTION board_label_redefine(uuid, text, text, text) TO taskly_app;
    END IF;
END $$;
