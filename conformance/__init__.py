"""A conformance suite for helpdesk REST APIs."""

__version__ = "0.1.0"
