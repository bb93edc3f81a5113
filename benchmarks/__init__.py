"""Figures of this machine: `make bench`. Nothing here passes or fails."""
