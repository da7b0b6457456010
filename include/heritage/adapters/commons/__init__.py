"""Wikimedia Commons, or any wiki with uploads, through pywikibot; and images fetched from their sources."""
