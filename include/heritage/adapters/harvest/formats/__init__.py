"""How captured files are read: one module a format, each with one function `rows(spec, file)`.

It gives the rows as columns of text (`model.row.SourceRows`), cells to the letter, and raises SourceChanged
for what is not the format. What a row lacks to be read is its fault, never an exception.
"""
