"""Tests of the Jitbit emulator, written from the documentation and from what clients send."""
