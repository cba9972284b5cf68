DROP TRIGGER card_pull_requests_take_state ON card_pull_requests;
DROP FUNCTION card_pull_requests_take_state();
