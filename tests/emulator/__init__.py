"""Tests of the emulator, written from the documentation and from what clients are known to send."""
