DROP TRIGGER sync_columns ON boards;
DROP FUNCTION boards_sync_columns();
