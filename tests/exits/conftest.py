"""The house and its ways out are modules beside the tests."""
