DROP TRIGGER cards_project_open_update ON cards;
DROP TRIGGER cards_project_open_insert ON cards;
DROP FUNCTION cards_project_open();
