"""Drawings over time: lines and bars, which Plotly draws in the browser."""
