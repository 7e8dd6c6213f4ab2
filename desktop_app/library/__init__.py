"""What the user owns: the library folder and its database."""
