"""What people's answers come to: whom to ask, when a question is settled, whom to trust (pure)."""
