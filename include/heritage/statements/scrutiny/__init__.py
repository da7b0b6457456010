"""What people on the wiki would object to in an edit, found before it is sent."""
