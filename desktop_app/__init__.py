"""Litmesh: a local literature library that is searched by meaning and by words."""

__version__ = "0.1.0"
