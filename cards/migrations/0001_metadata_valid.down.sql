DROP FUNCTION taskly_metadata_valid(jsonb);
