"""What hassfest, HACS and the Marketplace would say, for every integration of the repository."""
