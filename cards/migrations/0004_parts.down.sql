DROP TRIGGER card_links_no_loop ON card_links;
DROP FUNCTION card_links_refuse_loop();
