#!/bin/sh
# Run by the superuser, in a new PostgreSQL: databases for Airflow, Celery's results and the product, which nobody
# but their users can connect to. Run again it makes what is missing, and sets the passwords to those of the files.
# What tasks and pages may do in the product's database says roles.sql.
set -eu
secrets=${HERITAGE_SECRETS:-/run/secrets}
as_superuser() { psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --dbname postgres; }
login() { # login <name> [role that it is in]
    [ -s "$secrets/$1_password" ] || { echo "error: $secrets/$1_password is missing or empty" >&2; exit 1; }
    as_superuser <<SQL
\set password \`cat "$secrets/$1_password"\`
SELECT 'CREATE ROLE $1' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '$1') \gexec
ALTER ROLE $1 LOGIN PASSWORD :'password';
${2:+GRANT $2 TO $1;}
SQL
}
database() { # database <name> <owner> [others who connect]
    as_superuser <<SQL
SELECT 'CREATE DATABASE $1 OWNER $2' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '$1') \gexec
REVOKE ALL ON DATABASE $1 FROM PUBLIC;
${3:+GRANT CONNECT ON DATABASE $1 TO $3;}
SQL
}
as_superuser <<SQL
SELECT format('CREATE ROLE %I', one) FROM unnest(ARRAY['heritage_app', 'heritage_pages', 'heritage_reader']) one
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = one) \gexec
SQL
login airflow
login celery
login heritage_owner
login heritage_tasks heritage_app
login heritage_server heritage_pages
database airflow airflow
database celery celery
database heritage heritage_owner 'heritage_app, heritage_pages, heritage_reader'
