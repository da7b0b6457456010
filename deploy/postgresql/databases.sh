#!/bin/sh
# Run once, by the superuser, in a new PostgreSQL: a database and an owner of it for each of Airflow, the product
# and Celery's results. Nobody else may connect to them.
set -eu
for name in airflow heritage celery; do
    psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --dbname postgres <<SQL
\set password \`cat "${HERITAGE_SECRETS:-/run/secrets}/${name}_database_password"\`
CREATE ROLE ${name} LOGIN PASSWORD :'password';
CREATE DATABASE ${name} OWNER ${name};
REVOKE ALL ON DATABASE ${name} FROM PUBLIC;
SQL
done
