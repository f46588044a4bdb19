"""Destek Sitesi / Jitbit Helpdesk: JSON answers, Basic or bearer credentials, roles."""
