-- What each kind of process may do in the product's database. Run it as an administrator, with psql, in that
-- database, after the first `heritage database upgrade` and after each later one; it can be run again at any time:
--   psql -v ON_ERROR_STOP=1 -d heritage -f deploy/postgresql/roles.sql
-- It makes roles that cannot log in. Make logins of your own in them, as
--   CREATE ROLE worker LOGIN PASSWORD '…' IN ROLE heritage_app;
-- Who owns the tables migrates them and needs no role of these; give its password to nobody who does not.
--
--   heritage_app     tasks of Airflow and the command line: the whole way, but no history is changed or removed
--   heritage_pages   the API server: what people do on the pages; it can add no batch and no edit to be sent
--   heritage_reader  dashboards and reports of figures: no person, no place, no free text

DO $$
BEGIN
    IF to_regclass('heritage_version') IS NULL THEN
        RAISE EXCEPTION 'no tables of Heritage Guard are in the database %: name the right one, or run '
            '`heritage database upgrade` first', current_database();
    END IF;
END $$;

DO $$
DECLARE wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['heritage_app', 'heritage_pages', 'heritage_reader'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
        END IF;
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), wanted);
        EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM %I', current_schema(), wanted);
    END LOOP;
    EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC', current_schema());
END $$;

-- All tables of the owner of the version. What has the trigger is append-only: nobody needs more than INSERT.
DO $$
DECLARE
    one record;
    for_all CONSTANT text := 'heritage_app, heritage_pages';
    only_tasks CONSTANT text[] := ARRAY['batches', 'batch_grounds', 'edits', 'media_files', 'undone_edits', 'paces',
        'schedules', 'gate_results', 'licence_questions', 'visits'];
BEGIN
    FOR one IN
        SELECT c.relname AS name, c.relname = ANY (only_tasks) AS tasks,
            EXISTS (SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
                    WHERE t.tgrelid = c.oid AND p.proname = 'heritage_append_only') AS kept
        FROM pg_class c
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
            AND c.relowner = (SELECT relowner FROM pg_class WHERE oid = 'heritage_version'::regclass)
    LOOP
        EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, heritage_reader, ' || for_all, one.name);
        EXECUTE format('GRANT SELECT ON %I TO ' || for_all, one.name);
        CONTINUE WHEN one.name = 'heritage_version';
        EXECUTE format('GRANT INSERT ON %I TO heritage_app', one.name);
        IF NOT one.tasks THEN
            EXECUTE format('GRANT INSERT ON %I TO heritage_pages', one.name);
        END IF;
        IF NOT one.kept AND one.name NOT IN ('rounds', 'batches') THEN
            EXECUTE format('GRANT UPDATE ON %I TO heritage_app', one.name);
            IF NOT one.tasks THEN
                EXECUTE format('GRANT UPDATE ON %I TO heritage_pages', one.name);
            END IF;
        END IF;
    END LOOP;
    FOR one IN
        SELECT c.relname AS name FROM pg_class c
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'S'
            AND c.relowner = (SELECT relowner FROM pg_class WHERE oid = 'heritage_version'::regclass)
    LOOP
        EXECUTE format('GRANT USAGE ON SEQUENCE %I TO ' || for_all, one.name);
    END LOOP;
END $$;

-- A round is closed or prolonged; who sits in it, and on what terms, stays. People cancel what waits to be sent.
GRANT UPDATE (state, closes_at) ON rounds TO heritage_app, heritage_pages;
GRANT UPDATE (state, reason, settled_at) ON edits, undone_edits TO heritage_pages;
-- Who asks to be forgotten: their comments go.
GRANT DELETE ON review_comments TO heritage_app, heritage_pages;

-- Figures. A table or column that is not named here cannot be read: new ones are closed until somebody decides.
GRANT SELECT ON heritage_version, campaign_health TO heritage_reader;
GRANT SELECT (round_id, opened_at, closes_at, state, kind) ON rounds TO heritage_reader;
GRANT SELECT (number, round_id, type, result, quorum, decided_at, effective, review_by, ratify_by, supersedes)
    ON decisions TO heritage_reader;
GRANT SELECT (batch_id, target, planned_at) ON batches TO heritage_reader;
GRANT SELECT (position, target, batch_id, dataset, state, creates, sent_at, attempts, settled_at)
    ON edits TO heritage_reader;
GRANT SELECT (position, target, batch_id, dataset, state, sent_at, attempts, settled_at)
    ON media_files TO heritage_reader;
GRANT SELECT (target, batch_id, state, sent_at, attempts, settled_at) ON undone_edits TO heritage_reader;
GRANT SELECT (number, batch_id, action, given_at) ON batch_orders TO heritage_reader;
GRANT SELECT (task_id, campaign, kind, dataset, made_at) ON review_tasks TO heritage_reader;
GRANT SELECT (task_id, campaign, dataset, verdict, confidence, answers, stuck, used)
    ON review_standings TO heritage_reader;
GRANT SELECT (number, campaign, state, at) ON campaign_states TO heritage_reader;
