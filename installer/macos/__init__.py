"""The disk image for macOS. NOT RUN YET on a Mac: written and tested on Linux with stand-ins."""
