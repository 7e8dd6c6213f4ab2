"""Packages for Linux: a .deb, and an archive that one user installs without root."""
