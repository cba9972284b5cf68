DROP TRIGGER decision_relationships_no_loop ON decision_relationships;
DROP FUNCTION decision_relationships_refuse_loop();
DROP INDEX decisions_search_idx;
ALTER TABLE decisions DROP COLUMN search;
