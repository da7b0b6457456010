"""What other systems read: a module a convention of the field, validated in the tests by its own suite."""
