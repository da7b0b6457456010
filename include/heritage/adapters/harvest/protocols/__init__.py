"""How registers are pulled: one module a protocol, each with one function `pull(spec, session)`.

It asks through the session, which is polite and keeps every page, and gives the files with the server's own
count of rows where there is one. The protocols of one file share the module `file`.
"""
