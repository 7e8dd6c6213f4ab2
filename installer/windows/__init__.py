"""The installer for Windows, for one user: NSIS packs a bundle that was frozen on Windows."""
