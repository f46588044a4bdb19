"""What stands between pytest and the engine: options, check ids, the run, its results."""
