DROP FUNCTION taskly_columns_valid(jsonb);
