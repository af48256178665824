"""Trials: experiments that only one subject has."""
