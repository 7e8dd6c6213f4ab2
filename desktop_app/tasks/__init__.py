"""What the product can do: one slow verb a module, shared by window, command line and tests."""
