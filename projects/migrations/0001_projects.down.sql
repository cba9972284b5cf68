DROP INDEX features_search_idx;
ALTER TABLE features DROP COLUMN search;
DROP FUNCTION taskly_project_open();
