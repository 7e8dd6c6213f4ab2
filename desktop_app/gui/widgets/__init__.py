"""The parts of the window, one public class a file: they emit requests and offer setters."""
