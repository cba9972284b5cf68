DROP TRIGGER workspace_members_private_of_one ON workspace_members;
DROP TRIGGER workspaces_first_admin ON workspaces;
DROP TRIGGER users_last_admin ON users;
DROP TRIGGER workspace_members_last_admin ON workspace_members;
DROP FUNCTION workspaces_private_of_one();
DROP FUNCTION workspaces_keep_admin();
