DROP TRIGGER conversations_leave_with_user ON users;
DROP FUNCTION conversations_leave_with_user();
DROP TRIGGER user_contexts_follow_project ON user_contexts;
DROP FUNCTION user_contexts_follow_project();
DROP TRIGGER conversation_messages_touch_conversation ON conversation_messages;
DROP FUNCTION conversation_messages_touch_conversation();
