"""Keeps the collector away from the pywikibot process: importing it would start pywikibot here."""

collect_ignore = ["sandbox_bot.py"]
