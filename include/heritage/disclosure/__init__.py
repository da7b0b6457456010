"""How exactly a record's place may leave the house: rules decide a class, the gate enforces it."""
