"""Tests of the Kayako v1 emulator, written from the documentation and from what clients send."""
