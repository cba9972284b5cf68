DROP TRIGGER event_log_append_only ON event_log;
DROP TRIGGER event_log_no_truncate ON event_log;
DROP FUNCTION event_log_forget(uuid);
DROP FUNCTION taskly_blank(jsonb, text[]);
DROP FUNCTION event_log_guard();
DROP FUNCTION event_log_bound();
DROP FUNCTION taskly_log();
DROP FUNCTION taskly_refuse_change();
DROP FUNCTION taskly_keep();
