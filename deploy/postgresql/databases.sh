#!/bin/sh
# Run once, by the superuser, in a new PostgreSQL: databases for Airflow, Celery's results and the product, which
# nobody but their users can connect to. What tasks and pages may do in the product's database says roles.sql.
set -eu
login() { # login <name> [role that it is in]
    psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --dbname postgres <<SQL
\set password \`cat "${HERITAGE_SECRETS:-/run/secrets}/$1_password"\`
CREATE ROLE $1 LOGIN PASSWORD :'password' ${2:+IN ROLE $2};
SQL
}
database() { # database <name> <owner> [others who connect]
    psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --dbname postgres <<SQL
CREATE DATABASE $1 OWNER $2;
REVOKE ALL ON DATABASE $1 FROM PUBLIC;
${3:+GRANT CONNECT ON DATABASE $1 TO $3;}
SQL
}
psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --dbname postgres <<SQL
CREATE ROLE heritage_app;
CREATE ROLE heritage_pages;
CREATE ROLE heritage_reader;
SQL
login airflow
login celery
login heritage_owner
login heritage_tasks heritage_app
login heritage_server heritage_pages
database airflow airflow
database celery celery
database heritage heritage_owner 'heritage_app, heritage_pages, heritage_reader'
