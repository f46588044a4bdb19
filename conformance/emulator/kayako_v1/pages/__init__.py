"""The resource pages of the API, one module and one declaration for each (see `declared`)."""
