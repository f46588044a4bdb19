"""`python -m conformance` is the console command."""

from conformance.cli import main

raise SystemExit(main())
