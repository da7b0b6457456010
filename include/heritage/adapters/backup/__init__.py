"""Backups: copies of databases, and of the files beside them, that can be checked and put back."""
