DROP FUNCTION taskly_participants_valid(jsonb);
